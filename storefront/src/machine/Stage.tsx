import {
  Menu,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
} from "@fluentui/react-components";
import { WandRegular } from "@fluentui/react-icons";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { asProblem } from "@/api/problem";
import { useProblems } from "@/i18n/problems";
import type { Word } from "@/machine/Say";
import { people } from "@/machine/sandbox";
import { castOf, play, SCENES, type Scene } from "@/machine/stage";
import { Tool } from "@/machine/Tool";
import { useTexts } from "@/machine/texts";
import { useBecome } from "@/machine/useBecome";

const useStyles = makeStyles({ wide: { maxWidth: "none" } });

/** Plays what would otherwise have to be clicked, so that anything can be looked at. */
export function Stage({ say }: { say: (word: Word) => void }) {
  const styles = useStyles();
  const { t } = useTexts();
  const problems = useProblems();
  const client = useQueryClient();
  const router = useRouter();
  const become = useBecome();
  const [busy, setBusy] = useState(false);
  const playing = useRef(false);

  const set = async (scene: Scene) => {
    if (playing.current) return;
    playing.current = true;
    setBusy(true);
    say({ kind: "busy", text: t("setting") });
    try {
      // Asked anew: the tokens of long ago may be over.
      const { personas } = await client.fetchQuery({ ...people(), staleTime: 0 });
      const { path, seenBy } = await play(scene, castOf(personas));
      if (seenBy) await become(seenBy, path);
      else router.history.push(path);
      await client.invalidateQueries();
      say({ kind: "done", text: t(`done.${scene}`) });
    } catch (failed) {
      say({ kind: "bad", text: problems.text(asProblem(failed)) });
    } finally {
      playing.current = false;
      setBusy(false);
    }
  };
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Tool word={t("stage")} icon={<WandRegular />} disabledFocusable={busy} />
      </MenuTrigger>
      <MenuPopover className={styles.wide}>
        <MenuList className={styles.wide}>
          <MenuGroup>
            <MenuGroupHeader>{t("stage_lead")}</MenuGroupHeader>
            {SCENES.map((each) => (
              <MenuItem key={each} onClick={() => void set(each)}>
                {t(`stages.${each}`)}
              </MenuItem>
            ))}
          </MenuGroup>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
