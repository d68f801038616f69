import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { type Invoice, invoice } from "@/api/queries";
import { DocumentFacts } from "@/billing/DocumentFacts";
import { DocumentLines } from "@/billing/DocumentLines";
import { PdfButton } from "@/billing/PdfButton";
import { useTexts } from "@/billing/texts";
import { configuration } from "@/configuration";
import { BackLink } from "@/look/BackLink";
import { Loaded } from "@/look/Loaded";
import { Page } from "@/look/Page";

/** One invoice or credit note, where the mails lead to. */
export function InvoicePage() {
  const { t } = useTexts();
  const { id } = useParams({ from: "/client/billing/$id" });
  const query = useQuery(invoice(id));
  if (query.data) return <Shown document={query.data} />;
  return (
    <Page title={t("title")} before={<BackLink to="/billing">{t("title")}</BackLink>}>
      <Loaded query={query} lines={9}>
        {() => null}
      </Loaded>
    </Page>
  );
}

function Shown({ document }: { document: Invoice }) {
  const { t } = useTexts();
  const { kind, number, status } = document;
  const isBad = status === "refund_failed";
  return (
    <Page
      title={t(kind === "credit_note" ? "one.title_credit_note" : "one.title_invoice", { number })}
      before={<BackLink to="/billing">{t("title")}</BackLink>}
      actions={<PdfButton document={document} appearance="primary" />}
    >
      {(isBad || status === "refund_pending") && (
        <MessageBar intent={isBad ? "warning" : "info"} layout="multiline">
          <MessageBarBody>
            {isBad
              ? t("refund_failed_text", { support: configuration.brand.support_email })
              : t("refund_pending_text")}
          </MessageBarBody>
        </MessageBar>
      )}
      <DocumentFacts document={document} />
      <DocumentLines document={document} />
    </Page>
  );
}
