import { Cards } from "@/billing/Cards";
import { Documents } from "@/billing/Documents";
import { useTexts } from "@/billing/texts";
import { Page } from "@/look/Page";

/** R12, R76: what was paid and given back, and with what. */
export function Billing() {
  const { t } = useTexts();
  return (
    <Page title={t("title")} lead={t("lead")}>
      <Cards />
      <Documents />
    </Page>
  );
}
