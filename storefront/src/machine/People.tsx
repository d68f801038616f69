import {
  Button,
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from "@fluentui/react-components";
import { PeopleRegular } from "@fluentui/react-icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { people } from "@/machine/sandbox";
import { useTexts } from "@/machine/texts";
import { homeOf } from "@/session/home";
import { identity } from "@/session/identity";
import { SandboxIdentity } from "@/session/sandbox";
import { useSession } from "@/session/session";

/** Who is signed in, and whoever else one could be. */
export function People() {
  const { t } = useTexts();
  const { person } = useSession();
  const router = useRouter();
  const client = useQueryClient();
  const personas = useQuery(people()).data?.personas ?? [];

  const become = async (email: string) => {
    const found = personas.find((each) => each.email === email);
    if (!found || !(identity instanceof SandboxIdentity)) return;
    const { name, roles, locale } = found;
    await identity.become({ name, email, roles, locale });
    // What one has read is nobody else's.
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "sandbox" });
    router.history.push(homeOf(roles));
  };
  return (
    <Menu
      checkedValues={{ who: person ? [person.email] : [] }}
      onCheckedValueChange={(_, { checkedItems }) => void become(checkedItems[0] ?? "")}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button size="small" icon={<PeopleRegular />}>
          {person?.name ?? t("people")}
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
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
