/** The routes that only the sandbox has; see docs/sandbox.md. */
import { queryOptions } from "@tanstack/react-query";
import { ProblemError } from "@/api/problem";
import type { Money } from "@/api/queries";
import type { Role } from "@/session/person";

/** A request of the bar's own, of which the console is not told. */
export async function ask<T>(method: "GET" | "POST", path: string, body?: object): Promise<T> {
  const answer = await fetch(path, {
    method,
    headers: {
      "X-Sandbox-Page": "1",
      ...(body ? { "Content-Type": "application/json" } : {}),
    },
    body: body ? JSON.stringify(body) : undefined,
  });
  if (!answer.ok) throw await ProblemError.of(answer);
  return (await answer.json()) as T;
}

export interface Clock {
  now: string;
  stands: boolean;
  next_event: string | null;
}

export interface Persona {
  name: string;
  email: string;
  roles: Role[];
  locale: string;
  token: string;
}

export interface Mail {
  id: string;
  template: string;
  to: string;
  subject: string;
  text: string;
  sent_at: string;
}

export interface AtMicrosoft {
  page: string;
  data: {
    subscription_id: string;
    status: string;
    domain: string;
    account_name: string;
    agreement_accepted_at: string | null;
    seats: number | null;
  }[];
  grants: { id: string; name: string; status: string }[];
}

export interface AtProvider {
  data: {
    id: string;
    kind: "charge" | "refund";
    status: string;
    amount: Money;
    created_at: string;
    decline_code: string | null;
    times_seen: number;
  }[];
  planned: string[];
}

export interface Books {
  balanced: boolean;
  differences: string[];
}

const POLL_MS = 4_000; // what is done on the page shows in the bar soon after

export const clock = () =>
  queryOptions({
    queryKey: ["sandbox", "clock"],
    queryFn: () => ask<Clock>("GET", "/sandbox/clock"),
    refetchInterval: POLL_MS,
  });

export const people = () =>
  queryOptions({
    queryKey: ["sandbox", "people"],
    queryFn: () => ask<{ personas: Persona[] }>("GET", "/sandbox"),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const mails = () =>
  queryOptions({
    queryKey: ["sandbox", "mails"],
    queryFn: () => ask<{ data: Mail[] }>("GET", "/sandbox/mailbox"),
    refetchInterval: POLL_MS,
  });

export const atMicrosoft = () =>
  queryOptions({
    queryKey: ["sandbox", "microsoft"],
    queryFn: () => ask<AtMicrosoft>("GET", "/sandbox/microsoft"),
  });

export const atProvider = () =>
  queryOptions({
    queryKey: ["sandbox", "payments"],
    queryFn: () => ask<AtProvider>("GET", "/sandbox/payments"),
  });

export const books = () =>
  queryOptions({ queryKey: ["sandbox", "books"], queryFn: () => ask<Books>("GET", "/sandbox/books") });
