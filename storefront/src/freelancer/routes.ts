import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { asFreelancer } from "@/frame/routes";

const home = createRoute({
  getParentRoute: () => asFreelancer,
  path: "/freelancer",
  component: lazyRouteComponent(() => import("@/freelancer/Freelancer"), "Freelancer"),
});

const application = createRoute({
  getParentRoute: () => asFreelancer,
  path: "/freelancer/application",
  component: lazyRouteComponent(() => import("@/freelancer/Application"), "Application"),
});

const terms = createRoute({
  getParentRoute: () => asFreelancer,
  path: "/freelancer/terms",
  component: lazyRouteComponent(() => import("@/freelancer/Terms"), "Terms"),
});

const delegations = createRoute({
  getParentRoute: () => asFreelancer,
  path: "/freelancer/delegations",
  component: lazyRouteComponent(() => import("@/freelancer/Delegations"), "Delegations"),
});

const payouts = createRoute({
  getParentRoute: () => asFreelancer,
  path: "/freelancer/payouts",
  component: lazyRouteComponent(() => import("@/freelancer/Payouts"), "Payouts"),
});

export const freelancerRoutes = [home, application, terms, delegations, payouts] as const;
