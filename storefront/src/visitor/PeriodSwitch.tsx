import { makeStyles, shorthands, tokens } from "@fluentui/react-components";
import { useId } from "react";
import type { BillingPeriod } from "@/api/queries";
import { Unseen } from "@/look/Unseen";
import { useTexts } from "@/visitor/texts";

const PERIODS: readonly BillingPeriod[] = ["monthly", "yearly"];

const useStyles = makeStyles({
  group: { margin: 0, padding: 0, ...shorthands.borderStyle("none"), minWidth: 0 },
  legend: { padding: 0, marginBottom: tokens.spacingVerticalXS },
  switch: {
    display: "inline-flex",
    padding: "4px",
    gap: "4px",
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusCircular,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  way: { display: "inline-flex" },
  input: {
    position: "absolute",
    opacity: 0,
    margin: 0,
    ":checked + label": {
      backgroundColor: tokens.colorBrandBackground,
      color: tokens.colorNeutralForegroundOnBrand,
      "@media (forced-colors: active)": {
        backgroundColor: "Highlight",
        color: "HighlightText",
        forcedColorAdjust: "none",
      },
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
  /** Its name, where one is to be seen. */
  label?: string;
}

/** Monthly or yearly: two radio buttons that look like a switch. */
export function PeriodSwitch({ value, choose, label }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const name = useId();
  return (
    <fieldset className={styles.group}>
      <legend className={label ? styles.legend : undefined}>
        {label ?? <Unseen>{t("plans.period")}</Unseen>}
      </legend>
      <div className={styles.switch}>
        {PERIODS.map((each) => (
          <span key={each} className={styles.way}>
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
      </div>
    </fieldset>
  );
}
