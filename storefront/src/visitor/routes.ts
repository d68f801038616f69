import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { cache } from "@/api/cache";
import { link, plans } from "@/api/queries";
import { root, signedIn } from "@/frame/routes";
import { language } from "@/i18n";
import { Plans } from "@/visitor/Plans";

// The first pages that most people see wait for nothing: neither for their code nor, once it is here, for the prices.
const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  loader: () => void cache.prefetchQuery(plans(language())),
  component: Plans,
});

const byLink = createRoute({
  getParentRoute: () => root,
  path: "/l/$token",
  loader: ({ params }) => void cache.prefetchQuery(link(params.token, language())),
  component: Plans,
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

export const visitorRoutes = [home, byLink, setUp] as const;
/** R10: only now sign-in, then payment. */
export const checkoutRoutes = [checkout, confirmation] as const;
