import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { asOperator } from "@/frame/routes";
import { members, wanted } from "@/operator/wanted";

const operator = createRoute({
  getParentRoute: () => asOperator,
  path: "/operator",
  component: lazyRouteComponent(() => import("@/operator/Operator"), "Operator"),
});

const reviews = createRoute({
  getParentRoute: () => operator,
  path: "/",
  component: lazyRouteComponent(() => import("@/operator/Reviews"), "Reviews"),
});

const applications = createRoute({
  getParentRoute: () => operator,
  path: "/applications",
  component: lazyRouteComponent(() => import("@/operator/Applications"), "Applications"),
});

const freelancers = createRoute({
  getParentRoute: () => operator,
  path: "/freelancers",
  validateSearch: members,
  component: lazyRouteComponent(() => import("@/operator/Freelancers"), "Freelancers"),
});

const freelancer = createRoute({
  getParentRoute: () => operator,
  path: "/freelancers/$id",
  component: lazyRouteComponent(() => import("@/operator/OneFreelancer"), "OneFreelancer"),
});

const search = createRoute({
  getParentRoute: () => operator,
  path: "/subscriptions",
  validateSearch: wanted,
  component: lazyRouteComponent(() => import("@/operator/Search"), "Search"),
});

const effects = createRoute({
  getParentRoute: () => operator,
  path: "/effects",
  component: lazyRouteComponent(() => import("@/operator/Effects"), "Effects"),
});

const prices = createRoute({
  getParentRoute: () => operator,
  path: "/prices",
  component: lazyRouteComponent(() => import("@/operator/Prices"), "Prices"),
});

const sweeps = createRoute({
  getParentRoute: () => operator,
  path: "/sweeps",
  component: lazyRouteComponent(() => import("@/operator/Sweeps"), "Sweeps"),
});

const troubles = createRoute({
  getParentRoute: () => operator,
  path: "/troubles",
  component: lazyRouteComponent(() => import("@/operator/Troubles"), "Troubles"),
});

export const operatorRoutes = [
  operator.addChildren([
    reviews,
    applications,
    freelancers,
    freelancer,
    search,
    effects,
    prices,
    sweeps,
    troubles,
  ]),
] as const;
