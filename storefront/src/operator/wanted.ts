import type { Status } from "@/api/queries";
import type { FreelancerState, Members, Wanted } from "@/operator/queries";

export const STATUSES: readonly Status[] = [
  "pending",
  "connecting",
  "failed",
  "active",
  "suspended",
  "expired",
  "canceled",
];

export const STATES: readonly FreelancerState[] = [
  "enrolled",
  "invited",
  "applied",
  "approved",
  "rejected",
  "left",
  "removed",
];

/** Which freelancers: of an address, or else in a state; those in the program, if nothing is said. */
export function members(search: Record<string, unknown>): Members {
  if (typeof search.email === "string" && search.email.trim()) return { email: search.email.trim() };
  return { state: STATES.find((each) => each === search.state) ?? "enrolled" };
}

/** What is searched for, as the address of the page has it; whatever else it has is dropped. */
export function wanted(search: Record<string, unknown>): Wanted {
  const found: Wanted = {};
  const status = STATUSES.find((each) => each === search.status);
  if (status) found.status = status;
  if (typeof search.email === "string" && search.email.trim()) found.email = search.email.trim();
  if (typeof search.domain === "string" && search.domain.trim()) found.domain = search.domain.trim();
  return found;
}
