/** What a visitor has chosen, kept on this device so that leaving and coming back loses nothing. */
import { useSyncExternalStore } from "react";
import type { BillingPeriod } from "@/api/queries";
import { fault, limit } from "@/form/limits";

export interface Choice {
  plan_id: string;
  seats: number;
  billing_period: BillingPeriod;
  /** Of the freelancer's link that it began with. */
  link_token: string | null;
  /** Whose link it is, to be shown. */
  seller: string | null;
}

const KEPT = "choice.1";

let known: { text: string | null; choice: Choice | null } = { text: null, choice: null };
const listeners = new Set<() => void>();

/** A choice as it was kept: whatever is not one any more is forgotten. */
export function read(text: string | null): Choice | null {
  if (text === null) return null;
  try {
    const { plan_id, seats, billing_period, link_token, seller } = JSON.parse(text) as Record<
      string,
      unknown
    >;
    const choice = {
      plan_id: String(plan_id),
      seats: Number(seats),
      billing_period: billing_period === "yearly" ? ("yearly" as const) : ("monthly" as const),
      link_token: typeof link_token === "string" ? link_token : null,
      seller: typeof seller === "string" ? seller : null,
    };
    return allowed("/plan_id", choice.plan_id) && allowed("/seats", choice.seats) ? choice : null;
  } catch {
    return null;
  }
}

function allowed(pointer: string, value: unknown): boolean {
  const found = limit("QuoteRequest", pointer);
  return found !== undefined && fault(found, value) === null;
}

function now(): Choice | null {
  const text = localStorage.getItem(KEPT);
  if (text !== known.text) known = { text, choice: read(text) };
  return known.choice;
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", listener);
  };
}

/** Keeps a choice; null forgets it. */
export function choose(choice: Choice | null): void {
  if (choice) localStorage.setItem(KEPT, JSON.stringify(choice));
  else localStorage.removeItem(KEPT);
  for (const listener of listeners) listener();
}

/** What has been chosen so far. */
export function useChoice(): Choice | null {
  return useSyncExternalStore(listen, now);
}
