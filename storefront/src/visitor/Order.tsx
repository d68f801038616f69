import { makeStyles, mergeClasses, Spinner, Text, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";
import type { Quote } from "@/api/queries";
import { useCommon } from "@/i18n/common";
import { useFormats } from "@/i18n/formats";
import { Panel } from "@/look/Panel";
import { useTexts } from "@/visitor/texts";

const useStyles = makeStyles({
  sums: { display: "grid", gridTemplateColumns: "1fr auto", rowGap: tokens.spacingVerticalS, margin: 0 },
  name: { color: tokens.colorNeutralForeground2 },
  value: { margin: 0, textAlign: "right", fontVariantNumeric: "tabular-nums" },
  total: {
    fontSize: tokens.fontSizeBase500,
    lineHeight: tokens.lineHeightBase500,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground1,
    paddingTop: tokens.spacingVerticalM,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  stale: { opacity: 0.6 },
  note: { color: tokens.colorNeutralForeground3 },
});

interface Given {
  quote: Quote;
  planName: string;
  /** While the next quote is on its way. */
  stale?: boolean;
  children?: ReactNode;
}

/** What it costs, as the API quotes it. */
export function Order({ quote, planName, stale = false, children }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const { t: common } = useCommon();
  const format = useFormats();
  const users = common("say.users", { count: quote.seats });
  return (
    <Panel
      title={t("total.title")}
      actions={stale ? <Spinner size="tiny" aria-label={common("say.loading")} /> : null}
    >
      <Text weight="semibold">{planName}</Text>
      <dl className={mergeClasses(styles.sums, stale && styles.stale)} aria-live="polite" aria-busy={stale}>
        <dt className={styles.name}>{t("total.unit", { price: format.money(quote.unit_price), users })}</dt>
        <dd className={styles.value}>{format.money(quote.subtotal)}</dd>
        <dt className={styles.name}>{t("total.tax")}</dt>
        <dd className={styles.value}>
          {quote.tax_status === "not_calculated" ? t("total.tax_later") : format.money(quote.tax)}
        </dd>
        <dt className={mergeClasses(styles.name, styles.total)}>
          {t(`total.total_${quote.billing_period}`)}
        </dt>
        <dd className={mergeClasses(styles.value, styles.total)}>{format.money(quote.total)}</dd>
      </dl>
      {children}
      <Text size={200} className={styles.note}>
        {t("total.note")}
      </Text>
    </Panel>
  );
}
