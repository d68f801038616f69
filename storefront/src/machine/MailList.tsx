import { Field, makeStyles, Select, Text, tokens } from "@fluentui/react-components";
import { MailRegular } from "@fluentui/react-icons";
import { useState } from "react";
import { Nothing } from "@/look/Nothing";
import type { Mail } from "@/machine/sandbox";
import { useTexts } from "@/machine/texts";
import { when } from "@/machine/when";
import { useSession } from "@/session/session";

const MINE = "mine";

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
    overflowWrap: "anywhere",
    cursor: "pointer",
    ":hover": { backgroundColor: tokens.colorSubtleBackgroundHover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "-2px" },
  },
  faint: { color: tokens.colorNeutralForeground3 },
});

interface Given {
  /** Newest first. */
  mails: Mail[];
  read: (mail: Mail) => void;
  /** The one that was read last: who comes back from it goes on there. */
  last?: string;
}

function focus(element: HTMLElement | null): void {
  element?.focus();
}

/** The mails, everybody's or one person's. */
export function MailList({ mails, read, last }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const { person } = useSession();
  const [whose, setWhose] = useState("");
  const addresses = [...new Set(mails.map(({ to }) => to))].sort();
  const wanted = whose === MINE ? person?.email : whose;
  const shown = mails.filter(({ to }) => !wanted || to === wanted);

  if (mails.length === 0) {
    return <Nothing picture={<MailRegular />} title={t("no_mails")} text={t("no_mails_text")} />;
  }
  return (
    <>
      <Field label={t("whose")}>
        <Select value={whose} onChange={(_, { value }) => setWhose(value)}>
          <option value="">{t("everybody")}</option>
          {person && <option value={MINE}>{t("mine", { name: person.name })}</option>}
          {addresses
            .filter((each) => each !== person?.email)
            .map((each) => (
              <option key={each}>{each}</option>
            ))}
        </Select>
      </Field>
      {shown.length === 0 ? (
        <Nothing title={t("no_mails")} text={t("no_mails_text")} />
      ) : (
        <ul className={styles.list}>
          {shown.map((mail) => (
            <li key={mail.id}>
              <button
                type="button"
                ref={mail.id === last ? focus : undefined}
                className={styles.mail}
                onClick={() => read(mail)}
              >
                <Text weight="semibold">{mail.subject}</Text>
                <Text size={200} className={styles.faint}>
                  {mail.to} · {when(mail.sent_at)} · {mail.template}
                </Text>
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
