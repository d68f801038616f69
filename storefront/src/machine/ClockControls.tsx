import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  Spinner,
  Text,
  tokens,
  useRestoreFocusTarget,
} from "@fluentui/react-components";
import { FastForwardRegular, MoreHorizontalRegular } from "@fluentui/react-icons";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { useProblems } from "@/i18n/problems";
import type { Word } from "@/machine/Say";
import { ToDate } from "@/machine/ToDate";
import { Tool } from "@/machine/Tool";
import { useTexts } from "@/machine/texts";
import { type Move, useClock } from "@/machine/useClock";
import { when } from "@/machine/when";

const PHONE = "@media (max-width: 720px)";

const useStyles = makeStyles({
  time: { fontVariantNumeric: "tabular-nums", fontWeight: tokens.fontWeightSemibold, whiteSpace: "nowrap" },
  state: {
    color: tokens.colorNeutralForeground3,
    "@media (max-width: 1360px)": { display: "none" },
  },
  roomy: { minWidth: "auto", [PHONE]: { display: "none" } },
  tight: { display: "none", [PHONE]: { display: "flex" } },
});

const STEPS = { hour: "PT1H", day: "P1D" } as const;
const LEAPS = { week: "P7D", month: "P1M", year: "P1Y" } as const;

/** What time it is in the sandbox, and how to make it later. */
export function ClockControls({ say }: { say: (word: Word) => void }) {
  const styles = useStyles();
  const { t, said } = useTexts();
  const problems = useProblems();
  const target = useRestoreFocusTarget();
  const [choosing, setChoosing] = useState(false);
  const { shown, stands, next, move, moving } = useClock({
    begun: () => say({ kind: "busy", text: t("moving") }),
    moved: ({ now, fired, mails }) => {
      const ran = Object.entries(fired).map(([name, times]) => `${said(`sweeps.${name}`, name)} ${times}×`);
      const parts = [
        t("moved", { when: when(now) }),
        ran.length > 0 ? t("fired", { sweeps: ran.join(", ") }) : t("nothing_fired"),
        mails > 0 ? t("mails", { count: mails }) : "",
      ];
      say({ kind: "done", text: parts.filter(Boolean).join(" ") });
    },
    failed: (error) => say({ kind: "bad", text: problems.text(asProblem(error)) }),
  });
  if (shown === undefined) return <Spinner size="tiny" aria-label={t("clock")} />;

  const go = (by: Move) => void move(by);
  const items = (steps: Record<string, string>, className?: string) =>
    Object.entries(steps).map(([name, advance]) => (
      <MenuItem key={name} className={className} onClick={() => go({ advance })}>
        {t(name as keyof typeof STEPS | keyof typeof LEAPS)}
      </MenuItem>
    ));
  return (
    <>
      <Text className={styles.time}>
        <time
          dateTime={new Date(shown).toISOString()}
          title={t("clock_state", { state: t(stands ? "stands" : "runs") })}
        >
          {when(shown)}
        </time>
      </Text>
      <Text size={200} className={styles.state}>
        {t(stands ? "stands" : "runs")}
      </Text>
      {Object.entries(STEPS).map(([name, advance]) => (
        <Button
          key={name}
          size="small"
          className={styles.roomy}
          disabledFocusable={moving}
          onClick={() => go({ advance })}
        >
          {t(name as keyof typeof STEPS)}
        </Button>
      ))}
      <Tool
        word={t("next")}
        title={next ? t("next_at", { when: when(next) }) : t("nothing_next")}
        icon={<FastForwardRegular />}
        appearance="primary"
        disabledFocusable={moving || next === null}
        onClick={() => next && go({ to: next })}
      />
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Button
            {...target}
            size="small"
            icon={<MoreHorizontalRegular />}
            aria-label={t("more")}
            title={t("more")}
            disabledFocusable={moving}
          />
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {items(STEPS, styles.tight)}
            {items(LEAPS)}
            <MenuItem onClick={() => setChoosing(true)}>{t("to_date")}</MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
      {choosing && <ToDate from={shown} close={() => setChoosing(false)} go={(to) => go({ to })} />}
    </>
  );
}
