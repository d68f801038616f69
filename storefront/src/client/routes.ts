import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { asClient, signedIn } from "@/frame/routes";

const list = createRoute({
  getParentRoute: () => asClient,
  path: "/subscriptions",
  component: lazyRouteComponent(() => import("@/client/Subscriptions"), "Subscriptions"),
});

const one = createRoute({
  getParentRoute: () => signedIn,
  path: "/subscriptions/$id",
  component: lazyRouteComponent(() => import("@/client/SubscriptionPage"), "SubscriptionPage"),
});

const renewal = createRoute({
  getParentRoute: () => signedIn,
  path: "/subscriptions/$id/renewal",
  component: lazyRouteComponent(() => import("@/client/Renewal"), "Renewal"),
});

const permissions = createRoute({
  getParentRoute: () => signedIn,
  path: "/subscriptions/$id/permissions",
  component: lazyRouteComponent(() => import("@/client/Permissions"), "Permissions"),
});

const cancel = createRoute({
  getParentRoute: () => signedIn,
  path: "/subscriptions/$id/cancel",
  component: lazyRouteComponent(() => import("@/client/Cancel"), "Cancel"),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: "/subscriptions/$id/account",
  component: lazyRouteComponent(() => import("@/client/Account"), "Account"),
});

const authenticate = createRoute({
  getParentRoute: () => signedIn,
  path: "/subscriptions/$id/authenticate",
  component: lazyRouteComponent(() => import("@/client/Authenticate"), "Authenticate"),
});

const credentials = createRoute({
  getParentRoute: () => signedIn,
  path: "/subscriptions/$id/credentials",
  component: lazyRouteComponent(() => import("@/client/Credentials"), "Credentials"),
});

export const clientRoutes = [list] as const;
/** For the delegate and the operator as well: each sees what the API lets them do. */
export const subscriptionRoutes = [
  one,
  renewal,
  permissions,
  cancel,
  account,
  authenticate,
  credentials,
] as const;
