import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Schemas } from "@/api/client";
import { plans, type Quote, quote } from "@/api/queries";
import { faults } from "@/form/limits";
import type { Choice } from "@/visitor/choice";
import type { PurchaseRequest } from "@/visitor/purchase";
import { useTexts } from "@/visitor/texts";

type Address = PurchaseRequest["address"];
type QuoteRequest = Schemas["QuoteRequest"];

const CLICKING_MS = 250; // while somebody is still clicking
const TYPING_MS = 600;

/** A value once it has stood still for a while. */
function useSettled<T>(value: T, patience: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const waiting = setTimeout(() => setSettled(value), patience);
    return () => clearTimeout(waiting);
  }, [value, patience]);
  return settled;
}

function asked({ plan_id, seats, billing_period }: Choice, address: QuoteRequest["address"]): QuoteRequest {
  return { plan_id, seats, billing_period, country: "US", address };
}

/** Where a business is, once all of it is there; null before. */
function whole(address: Address): QuoteRequest["address"] {
  const wrong = Object.keys(faults("PurchaseRequest", { address })).some((at) => at.startsWith("/address"));
  if (wrong) return null;
  const { line1, city, state, postal_code, country } = address;
  return { line1, city, state, postal_code, country };
}

/** What a choice costs, and the plan it is of; the last quote stays until the next one comes. */
export function useOrder(choice: Choice) {
  const { language } = useTexts();
  const wanted = JSON.stringify(asked(choice, null));
  const settled = useSettled(wanted, CLICKING_MS);
  const quoted = useQuery({
    ...quote(JSON.parse(settled) as QuoteRequest),
    placeholderData: keepPreviousData,
  });
  const offered = useQuery(plans(language));
  const plan = offered.data?.data.find((each) => each.id === choice.plan_id);
  return { quoted, stale: quoted.isFetching || settled !== wanted, offered, plan };
}

/** The same with the tax in it, where there is tax and as soon as the address is there. */
export function useTaxed(choice: Choice, address: Address) {
  const order = useOrder(choice);
  const text = JSON.stringify(whole(address));
  const settled = useSettled(text, TYPING_MS);
  const place = JSON.parse(settled) as QuoteRequest["address"];

  const depends = order.quoted.data?.tax_status === "not_calculated";
  const taxed = useQuery({ ...quote(asked(choice, place)), enabled: depends && place !== null });
  const known = depends && place !== null && settled === text;
  const waiting = depends && text !== "null" && (settled !== text || taxed.isFetching);
  return {
    ...order,
    quote: (known ? taxed.data : undefined) ?? order.quoted.data,
    /** What is wrong with the address, or with whoever calculates. */
    refused: known ? taxed.error : null,
    askAgain: () => void taxed.refetch(),
    stale: order.stale || waiting,
  };
}

/** Whether a quote's total is what will be charged. */
export function isFinal(quote: Quote): boolean {
  return quote.tax_status !== "not_calculated";
}
