import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Schemas } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { Subscription } from "@/api/queries";
import { useCardholder } from "@/payments";
import { keyFor, settled } from "@/visitor/purchase";

type Request = Schemas["PurchaseRequest"];

const ASKED_AGAIN_MS = 1000;
const MOST_TIMES = 30;

/** Buys once, whatever happens on the way: the bank's questions, a cut line, a second click. */
export function useBuying() {
  const client = useQueryClient();
  const cardholder = useCardholder();
  const [busy, setBusy] = useState(false);

  const buy = async (request: Request): Promise<Subscription> => {
    setBusy(true);
    try {
      const bought = await once(request, cardholder.authenticate);
      settled();
      void client.invalidateQueries({ queryKey: ["subscriptions"] });
      void client.invalidateQueries({ queryKey: ["invoices"] });
      return bought;
    } catch (error) {
      // A 4xx is an answer; after anything else the same key takes the purchase up.
      if (!asProblem(error).passing) settled();
      throw error;
    } finally {
      setBusy(false);
    }
  };
  return { buy, busy, dialog: cardholder.dialog };
}

type Authenticate = (clientSecret: string) => Promise<"done" | "failed">;

async function once(request: Request, authenticate: Authenticate): Promise<Subscription> {
  const key = keyFor(request);
  let asked = false;
  for (let time = 0; time < MOST_TIMES; time++) {
    const { data } = await api.POST("/v1/subscriptions", {
      params: { header: { "Idempotency-Key": key } },
      body: request,
    });
    if (data && !("authentication" in data)) return data;
    // The bank has been answered: the same request hears how it ended, as soon as that is known.
    if (asked) await new Promise((resolve) => setTimeout(resolve, ASKED_AGAIN_MS));
    else if (data) await authenticate(data.authentication.client_secret);
    asked = true;
  }
  throw new TypeError("no answer");
}
