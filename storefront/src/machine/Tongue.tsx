import { Button, makeStyles } from "@fluentui/react-components";
import { LANGUAGE_NAMES, LANGUAGES, speak } from "@/i18n";
import { useTexts } from "@/machine/texts";

const useStyles = makeStyles({ tongue: { minWidth: "32px", paddingInline: "6px" } });

/** The other language, at one click. */
export function Tongue() {
  const styles = useStyles();
  const { language } = useTexts();
  const other = LANGUAGES.find((each) => each !== language) ?? language;
  return (
    <Button
      size="small"
      className={styles.tongue}
      lang={other}
      title={LANGUAGE_NAMES[other]}
      onClick={() => speak(other)}
    >
      {other.toUpperCase()}
    </Button>
  );
}
