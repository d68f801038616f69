import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { all, subscriptions } from "@/api/queries";
import type { Draft } from "@/form/draft";
import type { PurchaseRequest } from "@/visitor/purchase";

/** Whoever has bought before finds the address of their business filled in, unless they are typing already. */
export function useKnownAddress(draft: Draft<Pick<PurchaseRequest, "address">>): void {
  const { data } = useInfiniteQuery(subscriptions());
  const known = data && all(data)[0]?.client.address;
  const { line1, city, state, postal_code } = draft.value.address;
  const untouched = !(line1 || city || state || postal_code);
  const { set } = draft;
  // biome-ignore lint/correctness/useExhaustiveDependencies: when it is known, and not when a field is emptied
  useEffect(() => {
    if (known && untouched) set("/address", known);
  }, [known]);
}
