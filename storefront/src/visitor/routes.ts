import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { root, signedIn } from "@/frame/routes";

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("@/visitor/Plans"), "Plans"),
});

const link = createRoute({
  getParentRoute: () => root,
  path: "/l/$token",
  component: lazyRouteComponent(() => import("@/visitor/Plans"), "Plans"),
});

const setUp = createRoute({
  getParentRoute: () => root,
  path: "/set-up",
  component: lazyRouteComponent(() => import("@/visitor/SetUp"), "SetUp"),
});

const checkout = createRoute({
  getParentRoute: () => signedIn,
  path: "/checkout",
  component: lazyRouteComponent(() => import("@/visitor/Checkout"), "Checkout"),
});

const confirmation = createRoute({
  getParentRoute: () => signedIn,
  path: "/subscriptions/$id/welcome",
  component: lazyRouteComponent(() => import("@/visitor/Confirmation"), "Confirmation"),
});

export const visitorRoutes = [home, link, setUp] as const;
/** R10: only now sign-in, then payment. */
export const checkoutRoutes = [checkout, confirmation] as const;
