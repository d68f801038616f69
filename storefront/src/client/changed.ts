import { useQueryClient } from "@tanstack/react-query";
import { type Subscription, subscription } from "@/api/queries";

/** Takes a subscription that an act has answered into everything that shows it. */
export function useChanged(): (answered: Subscription) => void {
  const client = useQueryClient();
  return (answered) => {
    client.setQueryData(subscription(answered.id).queryKey, answered);
    void client.invalidateQueries({ queryKey: ["subscriptions"] });
    void client.invalidateQueries({ queryKey: ["subscription", answered.id, "events"] });
    void client.invalidateQueries({ queryKey: ["invoices"] });
    void client.invalidateQueries({ queryKey: ["freelancer"] });
  };
}
