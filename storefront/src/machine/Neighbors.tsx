import { makeStyles, Subtitle2, Text, tokens } from "@fluentui/react-components";
import { BuildingBankRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import { Loaded } from "@/look/Loaded";
import { AtMicrosoft } from "@/machine/AtMicrosoft";
import { AtProvider } from "@/machine/AtProvider";
import { Side } from "@/machine/Side";
import { books } from "@/machine/sandbox";
import { Tool } from "@/machine/Tool";
import { useTexts } from "@/machine/texts";

const useStyles = makeStyles({
  part: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalM,
    marginBottom: tokens.spacingVerticalXXXL,
  },
  title: { margin: 0 },
  list: { margin: 0 },
});

/** What Microsoft and the payment provider have, what is done there, and whether it all agrees. */
export function Neighbors() {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Tool word={t("neighbors")} icon={<BuildingBankRegular />} onClick={() => setOpen(true)} />
      <Side open={open} close={() => setOpen(false)} title={t("neighbors_title")}>
        <Part title={t("microsoft")}>
          <AtMicrosoft />
        </Part>
        <Part title={t("payments")}>
          <AtProvider />
        </Part>
        <Part title={t("books")}>
          <TheBooks />
        </Part>
      </Side>
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  const styles = useStyles();
  const id = useId();
  return (
    <section className={styles.part} aria-labelledby={id}>
      <Subtitle2 as="h3" id={id} className={styles.title}>
        {title}
      </Subtitle2>
      {children}
    </section>
  );
}

function TheBooks() {
  const styles = useStyles();
  const { t } = useTexts();
  const query = useQuery({ ...books(), staleTime: 0 });
  return (
    <Loaded query={query} lines={1}>
      {({ balanced, differences }) =>
        balanced ? (
          <Text>{t("balanced")}</Text>
        ) : (
          <>
            <Text weight="semibold">{t("unbalanced")}</Text>
            <ul className={styles.list}>
              {differences.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          </>
        )
      }
    </Loaded>
  );
}
