/** A purchase that is on its way: its key and its words, kept until there is a final answer. */
import type { Schemas } from "@/api/client";
import { newKey } from "@/api/intent";
import { now } from "@/time/now";

export type PurchaseRequest = Schemas["PurchaseRequest"];

export interface Purchase {
  key: string;
  request: PurchaseRequest;
  /** Who wants it: a key is its holder's alone. */
  owner: string;
  /** Milliseconds since 1970, UTC. */
  begun: number;
}

const KEPT = "purchase.1";
const KEYS_LAST_MS = 24 * 60 * 60 * 1000; // the API promises no more

function kept(): Purchase | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Purchase | null;
  } catch {
    return null;
  }
}

/** What somebody has asked for and heard nothing final of, also before a reload. */
export function unanswered(owner: string): Purchase | null {
  const found = kept();
  if (!found || found.owner !== owner || now() - found.begun >= KEYS_LAST_MS) return null;
  return found;
}

/**
 * Keeps a request before it goes out: under the same key when it is the same words again, so that a line that
 * was cut does not buy twice; under a new one for other words, which are another purchase.
 */
export function begun(request: PurchaseRequest, owner: string): Purchase {
  const before = unanswered(owner);
  if (before && JSON.stringify(before.request) === JSON.stringify(request)) return before;
  const purchase: Purchase = { key: newKey(), request, owner, begun: now() };
  sessionStorage.setItem(KEPT, JSON.stringify(purchase));
  return purchase;
}

/** The last word has been said about it: what comes next is another purchase. */
export function settled(): void {
  sessionStorage.removeItem(KEPT);
}
