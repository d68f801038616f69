import { Badge, type BadgeProps, makeStyles, tokens } from "@fluentui/react-components";
import { MoneyRegular } from "@fluentui/react-icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { all, earnings, sales } from "@/api/queries";
import { Section } from "@/freelancer/Section";
import { useTexts } from "@/freelancer/texts";
import { useFormats } from "@/i18n/formats";
import { Loaded } from "@/look/Loaded";
import { More } from "@/look/More";
import { Nothing } from "@/look/Nothing";
import { Rows } from "@/look/Rows";

type Earning = Schemas["Earning"];

const COLORS: Record<string, BadgeProps["color"]> = {
  pending: "warning",
  earned: "success",
  reversed: "subtle",
};

const useStyles = makeStyles({
  stack: { display: "inline-flex", flexDirection: "column", gap: tokens.spacingVerticalXXS },
  quiet: { color: tokens.colorNeutralForeground3 },
  amount: { fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" },
});

/** The commission of every paid cycle (D13). */
export function Ledger() {
  const { t } = useTexts();
  const query = useInfiniteQuery(earnings());
  const row = useRow();
  return (
    <Section title={t("ledger.title")}>
      <Loaded query={query} lines={6}>
        {(pages) =>
          all(pages).length ? (
            <Rows
              caption={t("ledger.caption")}
              columns={[
                t("ledger.date"),
                t("ledger.sale"),
                t("ledger.state"),
                t("ledger.net"),
                t("ledger.rate"),
                t("ledger.commission"),
                t("ledger.paid"),
              ]}
              end={[t("ledger.net"), t("ledger.rate"), t("ledger.commission"), t("ledger.paid")]}
              rows={all(pages).map(row)}
            />
          ) : (
            <Nothing picture={<MoneyRegular />} title={t("ledger.none")} text={t("ledger.none_text")} />
          )
        }
      </Loaded>
      <More query={query} />
    </Section>
  );
}

/** A line of the ledger as a row of the table. */
function useRow() {
  const styles = useStyles();
  const { t, said } = useTexts();
  const format = useFormats();
  // The ledger knows no names; the sales that have been read do.
  const sold = all(useInfiniteQuery(sales()).data);
  return (earning: Earning) => {
    const client = sold.find((sale) => sale.id === earning.subscription_id)?.client.name;
    return {
      key: earning.invoice_id,
      cells: [
        format.day(earning.accrued_at),
        <span key="sale" className={styles.stack}>
          {client ?? t("sales.someone")}
          <span className={styles.quiet}>
            {earning.cycle === 0 ? t("ledger.first") : t("ledger.renewal", { number: earning.cycle })}
          </span>
        </span>,
        <Badge key="state" appearance="tint" color={COLORS[earning.state] ?? "informative"}>
          {said(`ledger.state_${earning.state}`, earning.state)}
        </Badge>,
        <span key="net" className={styles.amount}>
          {format.money(earning.net)}
        </span>,
        format.percent(earning.rate),
        <span key="commission" className={styles.stack}>
          <span className={styles.amount}>{format.money(earning.accrued)}</span>
          {earning.reversed.amount > 0 && earning.state !== "reversed" && (
            <span className={styles.quiet}>
              {t("ledger.part_back", { amount: format.money(earning.reversed) })}
            </span>
          )}
        </span>,
        <span key="paid" className={styles.stack}>
          <span className={styles.amount}>{format.money(earning.paid)}</span>
          {earning.waiting.amount > 0 && (
            <span className={styles.quiet}>
              {t("ledger.waiting", { amount: format.money(earning.waiting) })}
            </span>
          )}
        </span>,
      ],
    };
  };
}
