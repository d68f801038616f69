import { CounterBadge, makeStyles } from "@fluentui/react-components";
import { MailRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Loaded } from "@/look/Loaded";
import { Unseen } from "@/look/Unseen";
import { MailList } from "@/machine/MailList";
import { MailReader } from "@/machine/MailReader";
import { Side } from "@/machine/Side";
import { type Mail, mails } from "@/machine/sandbox";
import { Tool } from "@/machine/Tool";
import { useTexts } from "@/machine/texts";

const SEEN = "sandbox.mails";

const useStyles = makeStyles({ unseen: { marginInlineStart: "6px" } });

/** How many came after the last one that was there when the mailbox was open. */
function countAfter(last: string | null, all: readonly Mail[]): number {
  return all.length - 1 - all.findIndex(({ id }) => id === last);
}

/** Every mail that was sent, as its reader sees it. */
export function Mailbox() {
  const styles = useStyles();
  const { t } = useTexts();
  const query = useQuery(mails());
  const all = query.data?.data ?? [];
  const [open, setOpen] = useState(false);
  const [seen, setSeen] = useState(() => sessionStorage.getItem(SEEN));
  const [reading, setReading] = useState<Mail | null>(null);
  const [last, setLast] = useState<string>();

  const read = (mail: Mail) => {
    setLast(mail.id);
    setReading(mail);
  };
  const unseen = open ? 0 : countAfter(seen, all);
  const put = (wanted: boolean) => {
    const last = all.at(-1)?.id ?? "";
    sessionStorage.setItem(SEEN, last);
    setSeen(last);
    setReading(null);
    setLast(undefined);
    setOpen(wanted);
    if (wanted) void query.refetch();
  };
  return (
    <>
      <Tool word={t("mailbox")} icon={<MailRegular />} onClick={() => put(true)}>
        {unseen > 0 && (
          <>
            <CounterBadge count={unseen} size="small" color="danger" className={styles.unseen} />{" "}
            <Unseen>{t("unseen", { count: unseen })}</Unseen>
          </>
        )}
      </Tool>
      <Side open={open} close={() => put(false)} title={reading?.subject ?? t("mailbox_title")}>
        {reading ? (
          <MailReader mail={reading} back={() => setReading(null)} />
        ) : (
          <Loaded query={query} lines={6}>
            {({ data }) => <MailList mails={data.toReversed()} read={read} last={last} />}
          </Loaded>
        )}
      </Side>
    </>
  );
}
