import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { asFreelancer } from "@/frame/routes";

const area = createRoute({
  getParentRoute: () => asFreelancer,
  id: "area",
  component: lazyRouteComponent(() => import("@/freelancer/Area"), "Area"),
});

const home = createRoute({
  getParentRoute: () => area,
  path: "/freelancer",
  component: lazyRouteComponent(() => import("@/freelancer/Freelancer"), "Freelancer"),
});

const application = createRoute({
  getParentRoute: () => area,
  path: "/freelancer/application",
  component: lazyRouteComponent(() => import("@/freelancer/Application"), "Application"),
});

const terms = createRoute({
  getParentRoute: () => area,
  path: "/freelancer/terms",
  component: lazyRouteComponent(() => import("@/freelancer/Terms"), "Terms"),
});

const delegations = createRoute({
  getParentRoute: () => area,
  path: "/freelancer/delegations",
  component: lazyRouteComponent(() => import("@/freelancer/Delegations"), "Delegations"),
});

const payouts = createRoute({
  getParentRoute: () => area,
  path: "/freelancer/payouts",
  component: lazyRouteComponent(() => import("@/freelancer/Payouts"), "Payouts"),
});

// Where the payment provider sends whoever comes with a link that no longer works.
const onboarding = createRoute({
  getParentRoute: () => area,
  path: "/freelancer/payouts/onboarding",
  component: lazyRouteComponent(() => import("@/freelancer/Payouts"), "PayoutsAgain"),
});

export const freelancerRoutes = [
  area.addChildren([home, application, terms, delegations, payouts, onboarding]),
] as const;
