import { createRouter } from "@tanstack/react-router";
import { billingRoutes } from "@/billing/routes";
import { clientRoutes, subscriptionRoutes } from "@/client/routes";
import { Broken, Lost } from "@/frame/Lost";
import { asClient, asFreelancer, asOperator, root, signedIn, signInRoutes } from "@/frame/routes";
import { freelancerRoutes } from "@/freelancer/routes";
import { Waiting } from "@/look/Loaded";
import { operatorRoutes } from "@/operator/routes";
import { checkoutRoutes, visitorRoutes } from "@/visitor/routes";

const routes = root.addChildren([
  ...signInRoutes,
  ...visitorRoutes,
  signedIn.addChildren([...subscriptionRoutes, ...checkoutRoutes]),
  asClient.addChildren([...clientRoutes, ...billingRoutes]),
  asFreelancer.addChildren([...freelancerRoutes]),
  asOperator.addChildren([...operatorRoutes]),
]);

export const router = createRouter({
  routeTree: routes,
  defaultPreload: "intent",
  defaultPendingComponent: () => <Waiting />,
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: Lost,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
