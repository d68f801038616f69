/** A purchase that is on its way: its key and its words, kept until there is a final answer. */

import type { Schemas } from "@/api/client";
import { newKey } from "@/api/intent";

type Request = Schemas["PurchaseRequest"];

interface Pending {
  key: string;
  request: Request;
}

const KEPT = "purchase";

function pending(): Pending | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Pending | null;
  } catch {
    return null;
  }
}

/**
 * The key for a request: the same one for the same words, also after a reload, so that a line that was cut
 * does not buy twice; another one for other words, which are another purchase.
 */
export function keyFor(request: Request): string {
  const kept = pending();
  if (kept && JSON.stringify(kept.request) === JSON.stringify(request)) return kept.key;
  const key = newKey();
  sessionStorage.setItem(KEPT, JSON.stringify({ key, request } satisfies Pending));
  return key;
}

/** The last word has been said about it: what comes next is another purchase. */
export function settled(): void {
  sessionStorage.removeItem(KEPT);
}
