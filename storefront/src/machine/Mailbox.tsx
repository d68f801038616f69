import { Button, CounterBadge, Field, makeStyles, Select, Text, tokens } from "@fluentui/react-components";
import { ArrowLeftRegular, MailRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useFormats } from "@/i18n/formats";
import { Nothing } from "@/look/Nothing";
import { Side } from "@/machine/Side";
import { type Mail, mails } from "@/machine/sandbox";
import { useTexts } from "@/machine/texts";

const useStyles = makeStyles({
  list: {
    display: "flex",
    flexDirection: "column",
    margin: `${tokens.spacingVerticalM} 0`,
    padding: 0,
    listStyleType: "none",
  },
  mail: {
    display: "flex",
    flexDirection: "column",
    alignItems: "start",
    gap: tokens.spacingVerticalXXS,
    width: "100%",
    padding: tokens.spacingVerticalM,
    border: "none",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: "transparent",
    color: tokens.colorNeutralForeground1,
    fontFamily: "inherit",
    fontSize: tokens.fontSizeBase300,
    textAlign: "start",
    cursor: "pointer",
    ":hover": { backgroundColor: tokens.colorSubtleBackgroundHover },
  },
  faint: { color: tokens.colorNeutralForeground3 },
  reader: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, height: "100%" },
  ways: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS },
  frame: {
    flexGrow: 1,
    minHeight: "480px",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: "#ffffff",
  },
  text: {
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
    fontFamily: tokens.fontFamilyMonospace,
    margin: 0,
  },
});

/** Every mail that was sent, as its reader sees it. */
export function Mailbox() {
  const { t } = useTexts();
  const query = useQuery(mails());
  const all = (query.data?.data ?? []).toReversed();
  const [open, setOpen] = useState(false);
  const [seen, setSeen] = useState(0);
  const [reading, setReading] = useState<Mail | null>(null);

  const unseen = all.length - seen;
  const show = () => {
    setSeen(all.length);
    setReading(null);
    setOpen(true);
    void query.refetch();
  };
  return (
    <>
      <Button size="small" icon={<MailRegular />} onClick={show}>
        {t("mailbox")}
        {unseen > 0 && (
          <CounterBadge count={unseen} size="small" color="danger" style={{ marginInlineStart: 6 }} />
        )}
      </Button>
      <Side open={open} close={() => setOpen(false)} title={t("mailbox_title")}>
        {reading ? (
          <Reader mail={reading} back={() => setReading(null)} />
        ) : (
          <List mails={all} read={setReading} />
        )}
      </Side>
    </>
  );
}

function List({ mails, read }: { mails: Mail[]; read: (mail: Mail) => void }) {
  const styles = useStyles();
  const { t } = useTexts();
  const format = useFormats();
  const [whose, setWhose] = useState("");
  const addresses = [...new Set(mails.map(({ to }) => to))].sort();
  if (mails.length === 0) {
    return <Nothing picture={<MailRegular />} title={t("no_mails")} text={t("no_mails_text")} />;
  }
  return (
    <>
      <Field label={t("whose")}>
        <Select value={whose} onChange={(_, { value }) => setWhose(value)}>
          <option value="">{t("everybody")}</option>
          {addresses.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </Select>
      </Field>
      <ul className={styles.list}>
        {mails
          .filter(({ to }) => !whose || to === whose)
          .map((mail) => (
            <li key={mail.id}>
              <button type="button" className={styles.mail} onClick={() => read(mail)}>
                <Text weight="semibold">{mail.subject}</Text>
                <Text size={200} className={styles.faint}>
                  {mail.template} · {mail.to} · {format.instant(mail.sent_at)}
                </Text>
              </button>
            </li>
          ))}
      </ul>
    </>
  );
}

function Reader({ mail, back }: { mail: Mail; back: () => void }) {
  const styles = useStyles();
  const { t } = useTexts();
  const [asText, setAsText] = useState(false);
  return (
    <div className={styles.reader}>
      <div className={styles.ways}>
        <Button icon={<ArrowLeftRegular />} onClick={back}>
          {t("back")}
        </Button>
        <Button onClick={() => setAsText(!asText)}>{t(asText ? "as_page" : "as_text")}</Button>
      </div>
      <Text weight="semibold" size={400}>
        {mail.subject}
      </Text>
      <Text size={200} className={styles.faint}>
        {t("mail_to", { to: mail.to })}
      </Text>
      {asText ? (
        <pre className={styles.text}>{mail.text}</pre>
      ) : (
        <iframe className={styles.frame} src={`/sandbox/mailbox/${mail.id}`} title={mail.subject} />
      )}
    </div>
  );
}
