import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Spinner,
  Text,
} from "@fluentui/react-components";
import { WandRegular } from "@fluentui/react-icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { people } from "@/machine/sandbox";
import { play, type Scene } from "@/machine/stage";
import { useTexts } from "@/machine/texts";
import { identity } from "@/session/identity";
import type { Role } from "@/session/person";
import { SandboxIdentity } from "@/session/sandbox";

const SCENES: readonly Scene[] = ["enroll", "pending", "connecting", "active"];

/** Plays what would otherwise have to be clicked, so that anything can be looked at. */
export function Stage() {
  const { t } = useTexts();
  const router = useRouter();
  const client = useQueryClient();
  const personas = useQuery(people()).data?.personas ?? [];
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");

  // The client who reads English: the last of the clients.
  const cast = (role: Role) => personas.findLast((each) => each.roles.includes(role));
  const set = async (scene: Scene) => {
    const [operator, freelancer, buyer] = [cast("operator"), cast("freelancer"), cast("client")];
    if (busy || !operator || !freelancer || !buyer) return;
    setBusy(true);
    setSaid("");
    try {
      const path = await play(scene, { operator, freelancer, client: buyer });
      if (scene !== "enroll" && identity instanceof SandboxIdentity) {
        const { name, email, roles, locale } = buyer;
        await identity.become({ name, email, roles, locale });
      }
      await client.invalidateQueries();
      setSaid(t("set"));
      router.history.push(path);
    } catch (failed) {
      setSaid(asProblem(failed).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <span role="status">
        {busy ? <Spinner size="tiny" label={t("setting")} /> : <Text size={200}>{said}</Text>}
      </span>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Button size="small" icon={<WandRegular />} disabledFocusable={busy}>
            {t("stage")}
          </Button>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {SCENES.map((each) => (
              <MenuItem key={each} onClick={() => void set(each)}>
                {t(`stages.${each}`)}
              </MenuItem>
            ))}
          </MenuList>
        </MenuPopover>
      </Menu>
    </>
  );
}
