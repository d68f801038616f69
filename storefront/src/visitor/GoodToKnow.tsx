import { makeStyles, tokens } from "@fluentui/react-components";
import {
  ArrowUndoRegular,
  CalendarClockRegular,
  MoneyRegular,
  ShieldCheckmarkRegular,
} from "@fluentui/react-icons";
import { useTexts } from "@/visitor/texts";

const FACTS = [
  ["before", ArrowUndoRegular],
  ["after", CalendarClockRegular],
  ["price", MoneyRegular],
  ["data", ShieldCheckmarkRegular],
] as const;

const useStyles = makeStyles({
  part: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalL,
    marginTop: tokens.spacingVerticalL,
    padding: tokens.spacingHorizontalXXL,
    borderRadius: tokens.borderRadiusXLarge,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    "@media (max-width: 480px)": { padding: tokens.spacingHorizontalL },
  },
  title: { margin: 0, fontSize: tokens.fontSizeBase500, lineHeight: tokens.lineHeightBase500 },
  facts: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 400px), 1fr))",
    columnGap: tokens.spacingHorizontalXXXL,
    rowGap: tokens.spacingVerticalXL,
    margin: 0,
    padding: 0,
    listStyleType: "none",
  },
  fact: { display: "grid", gridTemplateColumns: "28px 1fr", columnGap: tokens.spacingHorizontalM },
  picture: { color: tokens.colorBrandForeground1, fontSize: "24px" },
  name: {
    margin: `0 0 ${tokens.spacingVerticalXXS}`,
    fontSize: tokens.fontSizeBase300,
    lineHeight: tokens.lineHeightBase300,
  },
  text: { margin: 0, color: tokens.colorNeutralForeground2 },
});

/** What a buyer may rely on. */
export function GoodToKnow() {
  const styles = useStyles();
  const { t } = useTexts();
  return (
    <section className={styles.part} aria-labelledby="good-to-know">
      <h2 id="good-to-know" className={styles.title}>
        {t("facts.title")}
      </h2>
      <ul className={styles.facts}>
        {FACTS.map(([name, Picture]) => (
          <li key={name} className={styles.fact}>
            <Picture className={styles.picture} aria-hidden="true" />
            <div>
              <h3 className={styles.name}>{t(`facts.${name}`)}</h3>
              <p className={styles.text}>{t(`facts.${name}_text`)}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
