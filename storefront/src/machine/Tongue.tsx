import { Button } from "@fluentui/react-components";
import { LANGUAGE_NAMES, LANGUAGES, speak } from "@/i18n";
import { useTexts } from "@/machine/texts";

/** The other language, at one click. */
export function Tongue() {
  const { t, language } = useTexts();
  const other = LANGUAGES.find((each) => each !== language) ?? language;
  return (
    <Button size="small" lang={other} title={t("language")} onClick={() => speak(other)}>
      {LANGUAGE_NAMES[other]}
    </Button>
  );
}
