import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { plans, quote } from "@/api/queries";
import type { Choice } from "@/visitor/choice";
import { useTexts } from "@/visitor/texts";

const PATIENCE_MS = 250; // while somebody is still clicking

/** What a choice costs, and the plan it is of; the last quote stays until the next one comes. */
export function useOrder(choice: Choice) {
  const { language } = useTexts();
  const [asked, setAsked] = useState(choice);
  useEffect(() => {
    const waiting = setTimeout(() => setAsked(choice), PATIENCE_MS);
    return () => clearTimeout(waiting);
  }, [choice]);

  const { plan_id, seats, billing_period } = asked;
  const quoted = useQuery({
    ...quote({ plan_id, seats, billing_period, country: "US" } as Parameters<typeof quote>[0]),
    placeholderData: keepPreviousData,
  });
  const offered = useQuery(plans(language));
  const plan = offered.data?.data.find((each) => each.id === choice.plan_id);
  const stale = quoted.isPlaceholderData || asked !== choice;
  return { quoted, stale, plan };
}
