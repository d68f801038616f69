import { makeStyles, Subtitle2, tokens } from "@fluentui/react-components";
import { DocumentRegular } from "@fluentui/react-icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useId } from "react";
import { all, type Invoice, invoices } from "@/api/queries";
import { amountOf } from "@/billing/amount";
import { PdfButton } from "@/billing/PdfButton";
import { CreditNoteBadge, Settled } from "@/billing/Settled";
import { useTexts } from "@/billing/texts";
import { useCommon } from "@/i18n/common";
import { useFormats } from "@/i18n/formats";
import { AppLink, ButtonLink } from "@/look/AppLink";
import { Loaded } from "@/look/Loaded";
import { More } from "@/look/More";
import { Nothing } from "@/look/Nothing";
import { Rows } from "@/look/Rows";

const useStyles = makeStyles({
  section: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  title: { margin: 0 },
  stack: { display: "flex", flexDirection: "column", alignItems: "start", gap: tokens.spacingVerticalXXS },
  quiet: { color: tokens.colorNeutralForeground3 },
  amount: { fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" },
});

/** R74–R76: all invoices, and the credit notes that correct them. */
export function Documents() {
  const styles = useStyles();
  const { t } = useTexts();
  const query = useInfiniteQuery(invoices());
  const row = useRow();
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <Subtitle2 as="h2" id={id} className={styles.title}>
        {t("documents.title")}
      </Subtitle2>
      <Loaded query={query} lines={8}>
        {(pages) =>
          all(pages).length ? (
            <Rows
              caption={t("documents.caption")}
              columns={[
                t("documents.number"),
                t("documents.date"),
                t("documents.for"),
                t("documents.period"),
                t("documents.status"),
                t("documents.total"),
                t("documents.file"),
              ]}
              end={[t("documents.total"), t("documents.file")]}
              rows={all(pages).map(row)}
            />
          ) : (
            <Nothing
              picture={<DocumentRegular />}
              title={t("documents.none")}
              text={t("documents.none_text")}
            >
              <ButtonLink to="/" appearance="primary">
                {t("documents.see_plans")}
              </ButtonLink>
            </Nothing>
          )
        }
      </Loaded>
      <More query={query} />
    </section>
  );
}

/** A document as a row of the table. */
function useRow() {
  const styles = useStyles();
  const { t } = useTexts();
  const { t: common } = useCommon();
  const format = useFormats();
  return (document: Invoice) => ({
    key: document.id,
    cells: [
      <span key="number" className={styles.stack}>
        <AppLink to="/billing/$id" params={{ id: document.id }}>
          {document.number}
        </AppLink>
        {document.kind === "credit_note" && <CreditNoteBadge />}
      </span>,
      format.day(document.issued_at),
      <span key="for" className={styles.stack}>
        {document.plan.name}
        <span className={styles.quiet}>{common("say.users", { count: document.seats })}</span>
      </span>,
      document.period ? (
        t("period", { start: format.day(document.period.start), end: format.day(document.period.end) })
      ) : (
        <span key="period" className={styles.quiet}>
          {t("period_open")}
        </span>
      ),
      <Settled key="status" status={document.status} />,
      <span key="total" className={styles.amount}>
        {amountOf(document, document.total, format)}
      </span>,
      <PdfButton key="pdf" document={document} short appearance="subtle" size="small" />,
    ],
  });
}
