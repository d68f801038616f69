import { useQueryClient } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";

/** What somebody does on a page may have sent mails and planned events: the bar looks again after it. */
export function useLatest(): void {
  const client = useQueryClient();
  const path = useRouterState({ select: (state) => state.location.pathname });

  // biome-ignore lint/correctness/useExhaustiveDependencies: each page that is come to is a reason
  useEffect(() => {
    const look = () => void client.invalidateQueries({ queryKey: ["sandbox"] });
    look();
    return client.getMutationCache().subscribe((event) => {
      if (event.type === "updated" && event.action.type === "success") look();
    });
  }, [client, path]);
}
