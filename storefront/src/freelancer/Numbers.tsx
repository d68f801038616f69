import { makeStyles, tokens, typographyStyles } from "@fluentui/react-components";

const useStyles = makeStyles({
  numbers: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(130px, 1fr))",
    gap: tokens.spacingHorizontalL,
    margin: 0,
  },
  number: { display: "flex", flexDirection: "column" },
  name: { color: tokens.colorNeutralForeground2 },
  value: { ...typographyStyles.title3, margin: 0, fontVariantNumeric: "tabular-nums" },
  text: { margin: 0, color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
});

/** A few amounts, large, with what each of them is. */
export function Numbers({ of }: { of: { name: string; value: string; text: string }[] }) {
  const styles = useStyles();
  return (
    <dl className={styles.numbers}>
      {of.map(({ name, value, text }) => (
        <div key={name} className={styles.number}>
          <dt className={styles.name}>{name}</dt>
          <dd className={styles.value}>{value}</dd>
          <dd className={styles.text}>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
