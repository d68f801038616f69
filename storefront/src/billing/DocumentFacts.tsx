import { makeStyles } from "@fluentui/react-components";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Fragment, useEffect } from "react";
import { all, type Invoice, invoices } from "@/api/queries";
import { Settled } from "@/billing/Settled";
import { useTexts } from "@/billing/texts";
import { useCommon } from "@/i18n/common";
import { useFormats } from "@/i18n/formats";
import { AppLink } from "@/look/AppLink";
import { Facts } from "@/look/Facts";
import { Panel } from "@/look/Panel";

const useStyles = makeStyles({ address: { fontStyle: "normal" } });

/** The credit notes that correct an invoice. */
function useCorrections({ id, kind }: Invoice): Invoice[] {
  // The API says what a credit note corrects, not what corrects an invoice. It came after it: the list, newest
  // first, is read as far as the invoice.
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = useInfiniteQuery({
    ...invoices(),
    enabled: kind === "invoice",
  });
  const known = all(data);
  const further = hasNextPage && !isFetching && !isError && !known.some((each) => each.id === id);
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each page anew
  useEffect(() => {
    if (further) void fetchNextPage();
  }, [further, data, fetchNextPage]);
  return known.filter((each) => each.corrects_id === id);
}

/** What a document is about, whom it is for, and the documents that belong to it. */
export function DocumentFacts({ document }: { document: Invoice }) {
  const styles = useStyles();
  const { t } = useTexts();
  const { t: common } = useCommon();
  const format = useFormats();
  const corrections = useCorrections(document);
  const { bill_to: place, period } = document;
  return (
    <Panel title={t("one.facts")}>
      <Facts
        of={[
          [t("one.kind"), t(`kind.${document.kind}`)],
          [t("documents.number"), document.number],
          [t("one.issued"), format.instant(document.issued_at)],
          [t("one.status"), <Settled key="status" status={document.status} />],
          [t("one.refunded"), document.refunded_at && format.instant(document.refunded_at)],
          [
            t("one.corrects"),
            document.corrects_id && (
              <AppLink to="/billing/$id" params={{ id: document.corrects_id }} inline>
                {document.corrects}
              </AppLink>
            ),
          ],
          [
            t("one.corrected"),
            corrections.length
              ? corrections.map((each) => (
                  <AppLink key={each.id} to="/billing/$id" params={{ id: each.id }} inline>
                    {each.number}
                  </AppLink>
                ))
              : null,
          ],
          [
            t("documents.period"),
            period
              ? t("period", { start: format.day(period.start), end: format.day(period.end) })
              : t("period_open"),
          ],
          [t("one.billing"), common(document.billing_period === "monthly" ? "say.monthly" : "say.yearly")],
          [
            t("one.used"),
            document.used_days === null
              ? null
              : t("one.used_of", { used: document.used_days, cycle: document.cycle_days }),
          ],
          [
            t("one.subscription"),
            <AppLink
              key="subscription"
              to="/subscriptions/$id"
              params={{ id: document.subscription_id }}
              inline
            >
              {t("one.subscription_open")}
            </AppLink>,
          ],
          [
            t("one.bill_to"),
            <address key="address" className={styles.address}>
              {[place.line1, place.line2, `${place.city}, ${place.state} ${place.postal_code}`, place.country]
                .filter((line) => line)
                .map((line) => (
                  <Fragment key={line}>
                    {line}
                    <br />
                  </Fragment>
                ))}
            </address>,
          ],
        ]}
      />
    </Panel>
  );
}
