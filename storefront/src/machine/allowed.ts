import type { AnyRouteMatch } from "@tanstack/react-router";
import { api } from "@/api/client";
import type { Role } from "@/session/person";

/** The rooms of the storefront, by the ids of their gates in `frame/routes.tsx`. */
const ROOMS: Record<string, Role> = {
  "/client": "client",
  "/freelancer": "freelancer",
  "/operator": "operator",
};

/** Whether the page that is open is one for somebody with these roles, who is signed in by now. */
export async function isAllowed(
  page: readonly Pick<AnyRouteMatch, "routeId" | "pathname" | "params">[],
  roles: readonly Role[],
): Promise<boolean> {
  const last = page.at(-1);
  if (!last || last.pathname.startsWith("/sign-in")) return false;
  for (const { routeId } of page) {
    const role = ROOMS[routeId];
    if (role) return roles.includes(role);
    if (routeId === "/signed-in") return isTheirs(last, roles);
  }
  return true;
}

/** Whose a subscription is, or who looks after it, only the API knows. */
async function isTheirs({ params }: Pick<AnyRouteMatch, "params">, roles: readonly Role[]): Promise<boolean> {
  const { id } = params as { id?: string };
  if (!id) return roles.includes("client");
  try {
    await api.GET("/v1/subscriptions/{id}", { params: { path: { id } } });
    return true;
  } catch {
    return false;
  }
}
