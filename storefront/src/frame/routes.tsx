import { createRootRoute, createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Frame } from "@/frame/Frame";
import { Gate } from "@/frame/Gate";
import { Broken, Lost } from "@/frame/Lost";

export const root = createRootRoute({ component: Frame, notFoundComponent: Lost, errorComponent: Broken });

/** For whoever is signed in. */
export const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  component: () => <Gate />,
});

export const asClient = createRoute({
  getParentRoute: () => root,
  id: "client",
  component: () => <Gate roles={["client"]} />,
});

export const asFreelancer = createRoute({
  getParentRoute: () => root,
  id: "freelancer",
  component: () => <Gate roles={["freelancer"]} />,
});

export const asOperator = createRoute({
  getParentRoute: () => root,
  id: "operator",
  component: () => <Gate roles={["operator"]} />,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { return_to?: string } =>
    typeof search.return_to === "string" ? { return_to: search.return_to } : {},
  component: lazyRouteComponent(() => import("@/session/SignIn"), "SignIn"),
});

const callback = createRoute({
  getParentRoute: () => root,
  path: "/sign-in/callback",
  component: lazyRouteComponent(() => import("@/session/SignIn"), "ComeBack"),
});

export const signInRoutes = [signIn, callback] as const;
