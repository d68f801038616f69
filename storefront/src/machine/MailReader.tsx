import { Button, makeStyles, Tab, TabList, Text, tokens } from "@fluentui/react-components";
import { ArrowLeftRegular } from "@fluentui/react-icons";
import { useEffect, useId, useRef, useState } from "react";
import type { Mail } from "@/machine/sandbox";
import { useTexts } from "@/machine/texts";
import { when } from "@/machine/when";

const WAYS = ["as_page", "as_text"] as const;

const useStyles = makeStyles({
  reader: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalM,
    height: "100%",
    minHeight: 0,
  },
  head: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
  faint: { color: tokens.colorNeutralForeground3 },
  shown: { flexGrow: 1, minHeight: "320px", display: "flex", flexDirection: "column" },
  frame: {
    flexGrow: 1,
    width: "100%",
    boxSizing: "border-box",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  text: {
    margin: 0,
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase300,
    lineHeight: tokens.lineHeightBase400,
  },
});

/** One mail: as it looks, or as those see it who read plain text. */
export function MailReader({ mail, back }: { mail: Mail; back: () => void }) {
  const styles = useStyles();
  const { t } = useTexts();
  const [way, setWay] = useState<(typeof WAYS)[number]>("as_page");
  const id = useId();
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);

  return (
    <div className={styles.reader}>
      <div className={styles.head}>
        <Button ref={first} icon={<ArrowLeftRegular />} onClick={back}>
          {t("back")}
        </Button>
        <Text size={200} className={styles.faint}>
          {t("mail_to", { to: mail.to })} · {when(mail.sent_at)} · {mail.template}
        </Text>
      </div>
      <TabList
        aria-label={mail.subject}
        selectedValue={way}
        onTabSelect={(_, { value }) => setWay(WAYS.find((each) => each === value) ?? "as_page")}
      >
        {WAYS.map((each) => (
          <Tab key={each} id={`${id}${each}`} value={each} aria-controls={`${id}shown`}>
            {t(each)}
          </Tab>
        ))}
      </TabList>
      <div
        role="tabpanel"
        id={`${id}shown`}
        aria-labelledby={`${id}${way}`}
        className={styles.shown}
        tabIndex={way === "as_text" ? 0 : undefined}
      >
        {way === "as_page" ? (
          <iframe
            className={styles.frame}
            src={`/sandbox/mailbox/${encodeURIComponent(mail.id)}`}
            title={mail.subject}
          />
        ) : (
          <pre className={styles.text}>{mail.text}</pre>
        )}
      </div>
    </div>
  );
}
