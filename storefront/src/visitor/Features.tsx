import { makeStyles, tokens } from "@fluentui/react-components";
import { CheckmarkRegular } from "@fluentui/react-icons";
import type { Plan } from "@/api/queries";
import { useTexts } from "@/visitor/texts";

const useStyles = makeStyles({
  features: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalS,
    margin: `${tokens.spacingVerticalS} 0 0`,
    padding: 0,
    listStyleType: "none",
  },
  feature: { display: "grid", gridTemplateColumns: "20px 1fr", gap: tokens.spacingHorizontalS },
  check: { color: tokens.colorBrandForeground1, marginTop: "2px" },
});

/** What is in a plan. */
export function Features({ of: plan }: { of: Plan }) {
  const styles = useStyles();
  const { t } = useTexts();
  return (
    <ul className={styles.features} aria-label={t("plans.included")}>
      {plan.features.map((each) => (
        <li key={each} className={styles.feature}>
          <CheckmarkRegular className={styles.check} fontSize={18} aria-hidden="true" />
          {each}
        </li>
      ))}
    </ul>
  );
}
