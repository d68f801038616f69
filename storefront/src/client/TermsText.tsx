import { makeStyles, tokens } from "@fluentui/react-components";

const useStyles = makeStyles({
  text: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, maxWidth: "68ch" },
  paragraph: { margin: 0, lineHeight: tokens.lineHeightBase400 },
});

/** What delegating means, as the API says it: paragraphs with an empty line between them. */
export function TermsText({ text }: { text: string }) {
  const styles = useStyles();
  return (
    <div className={styles.text}>
      {text.split("\n\n").map((paragraph) => (
        <p key={paragraph} className={styles.paragraph}>
          {paragraph}
        </p>
      ))}
    </div>
  );
}
