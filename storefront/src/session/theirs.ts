import type { Query } from "@tanstack/react-query";

/** What everybody may read, and the sandbox's own, which stay when somebody else comes. */
const PUBLIC: readonly unknown[] = ["plans", "links", "quotes", "sandbox"];

/** Whether something was read for one person, and is nobody else's. */
export function isTheirs({ queryKey }: Pick<Query, "queryKey">): boolean {
  return !PUBLIC.includes(queryKey[0]);
}
