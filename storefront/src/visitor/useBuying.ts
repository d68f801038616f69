import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import { asProblem, ProblemError } from "@/api/problem";
import { type Subscription, subscription } from "@/api/queries";
import { useCardholder } from "@/payments";
import { begun, type Purchase, type PurchaseRequest, settled, unanswered } from "@/visitor/purchase";

const ASKED_AGAIN_MS = 1000;
const MOST_TIMES = 30;

/** Buys once, whatever happens on the way: the bank's questions, a cut line, a reload, a second click. */
export function useBuying(owner: string) {
  const client = useQueryClient();
  const cardholder = useCardholder();
  const [busy, setBusy] = useState(false);
  const [open, setOpen] = useState(() => unanswered(owner));

  const ask = async (purchase: Purchase): Promise<Subscription> => {
    setBusy(true);
    try {
      const bought = await answer(purchase, cardholder.authenticate);
      settled();
      client.setQueryData(subscription(bought.id).queryKey, bought);
      for (const key of ["subscriptions", "invoices", "payment-methods"]) {
        void client.invalidateQueries({ queryKey: [key] });
      }
      return bought;
    } catch (error) {
      if (isFinal(asProblem(error))) settled();
      setOpen(unanswered(owner));
      throw error;
    } finally {
      setBusy(false);
    }
  };
  return {
    /** A purchase that nothing final was heard of: it is asked for again before anything else is bought. */
    open,
    busy,
    dialog: cardholder.dialog,
    buy: (request: PurchaseRequest) => ask(begun(request, owner)),
    again: ask,
    /** Its buyer wants to hear nothing more of it. */
    giveUp: () => {
      settled();
      setOpen(null);
    },
  };
}

/** A 4xx is an answer, unless nobody looked at the request; after anything else the same key takes it up. */
function isFinal(problem: ProblemError): boolean {
  return !problem.passing && problem.code !== "unauthenticated";
}

type Authenticate = (clientSecret: string) => Promise<"done" | "failed">;

async function answer({ key, request }: Purchase, authenticate: Authenticate): Promise<Subscription> {
  let asked = false;
  for (let time = 0; time < MOST_TIMES; time++) {
    const found = await once(key, request);
    if (found && !("authentication" in found)) return found;
    // The bank has been answered: the same request hears how it ended, as soon as that is known.
    if (!found || asked) await new Promise((resolve) => setTimeout(resolve, ASKED_AGAIN_MS));
    else {
      await authenticate(found.authentication.client_secret);
      asked = true;
    }
  }
  throw new ProblemError("payment_unavailable", 503);
}

/** What the API says at the moment; null while the same request is still at work there. */
async function once(key: string, request: PurchaseRequest) {
  try {
    const { data } = await api.POST("/v1/subscriptions", {
      params: { header: { "Idempotency-Key": key } },
      body: request,
    });
    return data ?? null;
  } catch (error) {
    if (asProblem(error).code === "idempotency_in_progress") return null;
    throw error;
  }
}
