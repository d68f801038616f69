import { makeStyles, tokens } from "@fluentui/react-components";
import { useTexts } from "@/visitor/texts";

const STEPS = ["one", "two", "three", "four"] as const;

const useStyles = makeStyles({
  part: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalL,
    marginTop: tokens.spacingVerticalXXL,
  },
  title: { margin: 0, fontSize: tokens.fontSizeBase500, lineHeight: tokens.lineHeightBase500 },
  steps: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(220px, 1fr))",
    gap: tokens.spacingHorizontalXXL,
    margin: 0,
    padding: 0,
    listStyleType: "none",
  },
  name: {
    margin: `0 0 ${tokens.spacingVerticalXS}`,
    fontSize: tokens.fontSizeBase300,
    lineHeight: tokens.lineHeightBase300,
  },
  number: {
    display: "inline-grid",
    placeItems: "center",
    width: "32px",
    height: "32px",
    marginBottom: tokens.spacingVerticalS,
    borderRadius: tokens.borderRadiusCircular,
    backgroundColor: tokens.colorBrandBackground2,
    color: tokens.colorBrandForeground2,
    fontWeight: tokens.fontWeightSemibold,
  },
  text: { margin: 0, color: tokens.colorNeutralForeground2 },
});

/** What happens after the choice, in four steps. */
export function HowItWorks() {
  const styles = useStyles();
  const { t } = useTexts();
  return (
    <section className={styles.part} aria-labelledby="how">
      <h2 id="how" className={styles.title}>
        {t("how.title")}
      </h2>
      <ol className={styles.steps}>
        {STEPS.map((each, number) => (
          <li key={each}>
            <span className={styles.number} aria-hidden="true">
              {number + 1}
            </span>
            <h3 className={styles.name}>{t(`how.${each}`)}</h3>
            <p className={styles.text}>{t(`how.${each}_text`)}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
