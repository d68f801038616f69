import { makeStyles, SkeletonItem, Text, tokens } from "@fluentui/react-components";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { all, earnings } from "@/api/queries";
import { EarningsChart } from "@/freelancer/EarningsChart";
import { Numbers } from "@/freelancer/Numbers";
import { useTexts } from "@/freelancer/texts";
import { useFormats } from "@/i18n/formats";
import { Loaded } from "@/look/Loaded";
import { Panel } from "@/look/Panel";

const useStyles = makeStyles({ quiet: { color: tokens.colorNeutralForeground3 } });

/** The totals of the ledger, as the API adds them up, and a picture of their months. */
export function Commission({ actions }: { actions?: ReactNode }) {
  const styles = useStyles();
  const { t } = useTexts();
  const format = useFormats();
  const query = useInfiniteQuery(earnings());
  return (
    <Panel title={t("numbers.title")} actions={actions}>
      <Loaded query={query} waiting={<SkeletonItem style={{ height: 330 }} />}>
        {(pages) => {
          const newest = pages.pages[0];
          const lines = all(pages);
          if (!newest) return null;
          const { totals, paid } = newest;
          return (
            <>
              <Numbers
                of={[
                  ...(["pending", "earned", "reversed"] as const).map((state) => ({
                    name: t(`numbers.${state}`),
                    value: format.money(totals[state]),
                    text: t(`numbers.${state}_text`),
                  })),
                  { name: t("numbers.paid"), value: format.money(paid), text: t("numbers.paid_text") },
                ]}
              />
              {lines.length ? (
                <EarningsChart earnings={lines} currency={totals.accrued.currency} />
              ) : (
                <Text className={styles.quiet}>{t("chart.none")}</Text>
              )}
              {query.hasNextPage && (
                <Text size={200} className={styles.quiet}>
                  {t("chart.so_far", { count: lines.length })}
                </Text>
              )}
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}
