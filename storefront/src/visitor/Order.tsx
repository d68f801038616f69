import { makeStyles, mergeClasses, Spinner, Text, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";
import type { Quote } from "@/api/queries";
import { useCommon } from "@/i18n/common";
import { useFormats } from "@/i18n/formats";
import { Lines, Waiting } from "@/look/Loaded";
import { Panel } from "@/look/Panel";
import { useTexts } from "@/visitor/texts";
import { isFinal } from "@/visitor/useOrder";

const useStyles = makeStyles({
  head: { display: "flex", justifyContent: "space-between", gap: tokens.spacingHorizontalM },
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
  note: { color: tokens.colorNeutralForeground3 },
});

interface Given {
  quote: Quote | undefined;
  planName: string | undefined;
  /** While the next quote is on its way. */
  stale?: boolean;
  /** What can be done with it, beside its title. */
  actions?: ReactNode;
  children?: ReactNode;
}

/** What it costs, as the API quotes it. */
export function Order({ quote, planName, stale = false, actions, children }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const { t: common } = useCommon();
  if (!quote) {
    return (
      <Panel title={t("total.title")} actions={actions}>
        <Waiting>
          <Lines count={6} />
        </Waiting>
      </Panel>
    );
  }
  return (
    <Panel title={t("total.title")} actions={actions}>
      <div className={styles.head}>
        <Text weight="semibold">{planName ?? quote.plan_id}</Text>
        {stale && <Spinner size="extra-tiny" aria-label={common("say.loading")} />}
      </div>
      <Sums quote={quote} stale={stale} />
      {children}
      <Text size={200} className={styles.note}>
        {t(`total.renews_${quote.billing_period}`)} {t("total.note")}
      </Text>
    </Panel>
  );
}

function Sums({ quote, stale }: { quote: Quote; stale: boolean }) {
  const styles = useStyles();
  const { t } = useTexts();
  const { t: common } = useCommon();
  const format = useFormats();
  const users = common("say.users", { count: quote.seats });
  const tax = {
    calculated: format.money(quote.tax),
    not_calculated: t("total.tax_later"),
    off: t("total.tax_none"),
  }[quote.tax_status];
  return (
    <dl className={styles.sums} aria-live="polite" aria-busy={stale}>
      <dt className={styles.name}>
        {t(`total.unit_${quote.billing_period}`, { price: format.money(quote.unit_price), users })}
      </dt>
      <dd className={styles.value}>{format.money(quote.subtotal)}</dd>
      <dt className={styles.name}>{t("total.tax")}</dt>
      <dd className={styles.value}>{tax}</dd>
      <dt className={mergeClasses(styles.name, styles.total)}>
        {t(isFinal(quote) ? "total.today" : "total.before_tax")}
      </dt>
      <dd className={mergeClasses(styles.value, styles.total)}>{format.money(quote.total)}</dd>
    </dl>
  );
}
