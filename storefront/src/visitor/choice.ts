/** What a visitor has chosen, kept on this device so that leaving and coming back loses nothing. */
import { useSyncExternalStore } from "react";
import type { Schemas } from "@/api/client";
import type { BillingPeriod } from "@/api/queries";
import { fault, limit } from "@/form/limits";

export type PlanId = Schemas["QuoteRequest"]["plan_id"];

/** The freelancer's link that a visit began with, and whose it is, to be shown. */
export interface Origin {
  link_token: string | null;
  seller: string | null;
}

export interface Choice extends Origin {
  plan_id: PlanId;
  seats: number;
  billing_period: BillingPeriod;
}

const NOBODY: Origin = { link_token: null, seller: null };

type Words = Record<string, unknown>;

function origin({ link_token, seller }: Words): Origin {
  const text = (given: unknown) => (typeof given === "string" && given !== "" ? given : null);
  return text(link_token) ? { link_token: text(link_token), seller: text(seller) } : NOBODY;
}

/** Whether the contract still has it. */
function allowed(pointer: string, value: unknown): boolean {
  const found = limit("QuoteRequest", pointer);
  return found !== undefined && fault(found, value) === null;
}

/** What was kept, as it is now understood; null where it cannot be. */
function parsed(text: string | null): Words | null {
  try {
    const found: unknown = JSON.parse(text ?? "null");
    return typeof found === "object" ? (found as Words | null) : null;
  } catch {
    return null;
  }
}

/** A choice as it was kept: whatever is not one any more is forgotten. */
export function read(text: string | null): Choice | null {
  const kept = parsed(text);
  if (!kept) return null;
  const { plan_id, seats, billing_period } = kept;
  if (typeof seats !== "number" || !allowed("/seats", seats)) return null;
  if (!allowed("/plan_id", plan_id) || !allowed("/billing_period", billing_period)) return null;
  return {
    plan_id: plan_id as PlanId,
    seats,
    billing_period: billing_period as BillingPeriod,
    ...origin(kept),
  };
}

/** A place in this device's memory, with those who want to hear of changes, also from another tab. */
class Place<T> {
  private known: { text: string | null; value: T };
  private readonly listeners = new Set<() => void>();

  /** The number in the name is the form of what is kept: another form has another name. */
  constructor(
    private readonly name: string,
    private readonly understand: (text: string | null) => T,
  ) {
    this.known = { text: null, value: understand(null) };
  }

  readonly now = (): T => {
    const text = localStorage.getItem(this.name);
    if (text !== this.known.text) this.known = { text, value: this.understand(text) };
    return this.known.value;
  };

  readonly listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    addEventListener("storage", listener);
    return () => {
      this.listeners.delete(listener);
      removeEventListener("storage", listener);
    };
  };

  keep(value: T | null): void {
    if (value) localStorage.setItem(this.name, JSON.stringify(value));
    else localStorage.removeItem(this.name);
    for (const listener of this.listeners) listener();
  }
}

const chosen = new Place<Choice | null>("choice.1", read);
const begun = new Place<Origin>("link.1", (text) => origin(parsed(text) ?? {}));

/** Keeps a choice. */
export function choose(choice: Choice): void {
  chosen.keep(choice);
}

/** A freelancer's link was opened: the visit goes on with it, wherever it leads. */
export function begin(from: Origin): void {
  begun.keep(from);
}

/** The visit has ended in a purchase: nothing of it is left. */
export function forget(): void {
  chosen.keep(null);
  begun.keep(null);
}

/** The link is of no use any more; what was chosen stays. */
export function dropLink(): void {
  begun.keep(null);
  const choice = chosen.now();
  if (choice) chosen.keep({ ...choice, ...NOBODY });
}

/** What has been chosen so far. */
export function useChoice(): Choice | null {
  return useSyncExternalStore(chosen.listen, chosen.now);
}

/** Whose link the visit began with. */
export function useOrigin(): Origin {
  return useSyncExternalStore(begun.listen, begun.now);
}
