import { makeStyles, tokens } from "@fluentui/react-components";
import { useId } from "react";
import type { BillingPeriod } from "@/api/queries";
import { useTexts } from "@/visitor/texts";

const PERIODS: readonly BillingPeriod[] = ["monthly", "yearly"];

const useStyles = makeStyles({
  switch: {
    display: "inline-flex",
    alignSelf: "start",
    margin: 0,
    padding: "4px",
    gap: "4px",
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusCircular,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  legend: { position: "absolute", width: "1px", height: "1px", overflow: "hidden", clipPath: "inset(50%)" },
  input: {
    position: "absolute",
    opacity: 0,
    ":checked + label": {
      backgroundColor: tokens.colorBrandBackground,
      color: tokens.colorNeutralForegroundOnBrand,
    },
    ":focus-visible + label": {
      outline: `2px solid ${tokens.colorStrokeFocus2}`,
      outlineOffset: "2px",
    },
  },
  label: {
    padding: `${tokens.spacingVerticalSNudge} ${tokens.spacingHorizontalL}`,
    borderRadius: tokens.borderRadiusCircular,
    fontWeight: tokens.fontWeightSemibold,
    cursor: "pointer",
    color: tokens.colorNeutralForeground2,
  },
});

interface Given {
  value: BillingPeriod;
  choose: (period: BillingPeriod) => void;
}

/** Monthly or yearly: two radio buttons that look like a switch. */
export function PeriodSwitch({ value, choose }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const name = useId();
  return (
    <fieldset className={styles.switch}>
      <legend className={styles.legend}>{t("plans.period")}</legend>
      {PERIODS.map((each) => (
        <span key={each}>
          <input
            type="radio"
            className={styles.input}
            id={`${name}${each}`}
            name={name}
            checked={each === value}
            onChange={() => choose(each)}
          />
          <label className={styles.label} htmlFor={`${name}${each}`}>
            {t(`plans.${each}`)}
          </label>
        </span>
      ))}
    </fieldset>
  );
}
