import { usePrefetchInfiniteQuery, useQuery } from "@tanstack/react-query";
import { cards, invoices } from "@/api/queries";
import { Cards } from "@/billing/Cards";
import { Documents } from "@/billing/Documents";
import { useTexts } from "@/billing/texts";
import { Waiting } from "@/look/Loaded";
import { Page } from "@/look/Page";

/** R12, R76: what was paid and given back, and with what. */
export function Billing() {
  const { t } = useTexts();
  usePrefetchInfiniteQuery(invoices());
  const isPlaced = !useQuery(cards()).isPending; // nobody knows yet how high the cards are
  return (
    <Page title={t("title")} lead={t("lead")}>
      <Cards />
      {isPlaced ? <Documents /> : <Waiting />}
    </Page>
  );
}
