import {
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
} from "@fluentui/react-components";
import { PeopleRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { asProblem } from "@/api/problem";
import { useProblems } from "@/i18n/problems";
import type { Word } from "@/machine/Say";
import { people } from "@/machine/sandbox";
import { Tool } from "@/machine/Tool";
import { useTexts } from "@/machine/texts";
import { useBecome } from "@/machine/useBecome";
import { useSession } from "@/session/session";

const useStyles = makeStyles({ wide: { maxWidth: "none" } });

/** Who is signed in, and whoever else one could be. */
export function People({ say }: { say: (word: Word) => void }) {
  const styles = useStyles();
  const { t } = useTexts();
  const problems = useProblems();
  const { person } = useSession();
  const router = useRouter();
  const become = useBecome();
  const personas = useQuery(people()).data?.personas ?? [];

  const choose = async (email: string | undefined) => {
    const found = personas.find((each) => each.email === email);
    if (!found || email === person?.email) return;
    try {
      await become(found);
      say({ kind: "done", text: t("became", { name: found.name }) });
    } catch (error) {
      say({ kind: "bad", text: problems.text(asProblem(error)) });
    }
  };
  return (
    <Menu
      checkedValues={{ who: person ? [person.email] : [] }}
      onCheckedValueChange={(_, { checkedItems }) => void choose(checkedItems[0])}
    >
      <MenuTrigger disableButtonEnhancement>
        <Tool
          word={person?.name ?? t("people")}
          title={person ? t("signed_in", { name: person.name }) : t("people")}
          icon={<PeopleRegular />}
        />
      </MenuTrigger>
      <MenuPopover className={styles.wide}>
        <MenuList className={styles.wide}>
          {personas.map((each) => (
            <MenuItemRadio
              key={each.email}
              name="who"
              value={each.email}
              secondaryContent={each.roles.map((role) => t(`roles.${role}`)).join(", ")}
            >
              {each.name}
            </MenuItemRadio>
          ))}
          <MenuDivider />
          <MenuItem onClick={() => router.history.push("/sign-in")}>{t("somebody")}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
