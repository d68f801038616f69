import type { Role } from "@/session/person";

const HOMES: Record<Role, string> = {
  client: "/subscriptions",
  freelancer: "/freelancer",
  operator: "/operator",
};

/** Where somebody goes who has come from nowhere in particular. */
export function homeOf(roles: Role[]): string {
  const [role] = roles;
  return role ? HOMES[role] : "/";
}
