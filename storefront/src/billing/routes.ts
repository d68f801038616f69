import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { asClient } from "@/frame/routes";

const list = createRoute({
  getParentRoute: () => asClient,
  path: "/billing",
  component: lazyRouteComponent(() => import("@/billing/Billing"), "Billing"),
});

const one = createRoute({
  getParentRoute: () => asClient,
  path: "/billing/$id",
  component: lazyRouteComponent(() => import("@/billing/InvoicePage"), "InvoicePage"),
});

export const billingRoutes = [list, one] as const;
