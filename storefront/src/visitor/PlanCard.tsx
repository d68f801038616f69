import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useId } from "react";
import type { BillingPeriod, Plan } from "@/api/queries";
import { useFormats } from "@/i18n/formats";
import { Features } from "@/visitor/Features";
import { useTexts } from "@/visitor/texts";

const useStyles = makeStyles({
  card: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalM,
    height: "100%",
    padding: tokens.spacingHorizontalXL,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusXLarge,
    ":hover": { boxShadow: tokens.shadow8 },
  },
  name: { margin: 0, fontSize: tokens.fontSizeBase400, lineHeight: tokens.lineHeightBase400 },
  text: { color: tokens.colorNeutralForeground2, minHeight: "3lh" },
  price: { display: "flex", flexDirection: "column" },
  amount: {
    fontSize: tokens.fontSizeHero800,
    lineHeight: tokens.lineHeightHero800,
    fontWeight: tokens.fontWeightSemibold,
  },
  per: { color: tokens.colorNeutralForeground3 },
});

interface Given {
  plan: Plan;
  period: BillingPeriod;
  choose: () => void;
}

/** One plan: what it costs, what is in it. */
export function PlanCard({ plan, period, choose }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const format = useFormats();
  const id = useId();
  return (
    <section className={styles.card} aria-labelledby={id}>
      <h2 className={styles.name} id={id}>
        {plan.name}
      </h2>
      <Text className={styles.text}>{plan.description}</Text>
      <div className={styles.price}>
        <span className={styles.amount}>{format.money(plan.prices[period])}</span>
        <Text className={styles.per}>{t(`plans.per_${period}`)}</Text>
      </div>
      <Button
        appearance="primary"
        size="large"
        onClick={choose}
        aria-label={t("plans.choose", { plan: plan.name })}
      >
        {t("plans.choose_short")}
      </Button>
      <Features of={plan} />
    </section>
  );
}
