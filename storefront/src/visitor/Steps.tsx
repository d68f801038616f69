import { makeStyles, mergeClasses, shorthands, tokens } from "@fluentui/react-components";
import { useTexts } from "@/visitor/texts";

const STEPS = ["plan", "set_up", "payment", "done"] as const;
export type Step = (typeof STEPS)[number];

const useStyles = makeStyles({
  steps: {
    display: "flex",
    flexWrap: "wrap",
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalL}`,
    margin: `0 0 ${tokens.spacingVerticalM}`,
    padding: 0,
    listStyleType: "none",
    color: tokens.colorNeutralForeground3,
  },
  step: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalS },
  number: {
    display: "inline-grid",
    placeItems: "center",
    width: "24px",
    height: "24px",
    borderRadius: tokens.borderRadiusCircular,
    border: `1px solid ${tokens.colorNeutralStrokeAccessible}`,
    fontSize: tokens.fontSizeBase200,
  },
  // On a phone there is room for one name: the others are for whoever listens.
  name: {
    "@media (max-width: 480px)": {
      position: "absolute",
      width: "1px",
      height: "1px",
      overflow: "hidden",
      clipPath: "inset(50%)",
      whiteSpace: "nowrap",
    },
  },
  here: { color: tokens.colorNeutralForeground1, fontWeight: tokens.fontWeightSemibold },
  reached: {
    backgroundColor: tokens.colorBrandBackground,
    color: tokens.colorNeutralForegroundOnBrand,
    ...shorthands.borderColor("transparent"),
  },
});

/** How far the purchase is. */
export function Steps({ at }: { at: Step }) {
  const styles = useStyles();
  const { t } = useTexts();
  const reached = STEPS.indexOf(at);
  return (
    <ol className={styles.steps} aria-label={t("steps.label")}>
      {STEPS.map((each, number) => (
        <li
          key={each}
          className={mergeClasses(styles.step, each === at && styles.here)}
          aria-current={each === at ? "step" : undefined}
        >
          <span
            className={mergeClasses(styles.number, number <= reached && styles.reached)}
            aria-hidden="true"
          >
            {number + 1}
          </span>
          <span className={each === at ? undefined : styles.name}>{t(`steps.${each}`)}</span>
        </li>
      ))}
    </ol>
  );
}
