import {
  Button,
  FluentProvider,
  makeStyles,
  mergeClasses,
  tokens,
  webDarkTheme,
} from "@fluentui/react-components";
import { BeakerRegular, DismissRegular } from "@fluentui/react-icons";
import { useEffect, useRef, useState } from "react";
import { configuration } from "@/configuration";
import { ClockControls } from "@/machine/ClockControls";
import { Mailbox } from "@/machine/Mailbox";
import { Neighbors } from "@/machine/Neighbors";
import { People } from "@/machine/People";
import { Say, type Word } from "@/machine/Say";
import { Stage } from "@/machine/Stage";
import { Tongue } from "@/machine/Tongue";
import { useTexts } from "@/machine/texts";
import { useLatest } from "@/machine/useLatest";

const PUT_AWAY = "sandbox.bar";
const UNDER = "--under-bar";
const PHONE = "@media (max-width: 720px)";

const useStyles = makeStyles({
  place: { position: "sticky", bottom: 0, zIndex: 10, backgroundColor: "transparent" },
  bar: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalS}`,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    backgroundColor: tokens.colorNeutralBackground2,
    borderTop: `3px solid ${tokens.colorPaletteMarigoldBorderActive}`,
    [PHONE]: {
      paddingInline: tokens.spacingHorizontalM,
      columnGap: tokens.spacingHorizontalSNudge,
      "& button": { minHeight: "36px" }, // for fingers
    },
  },
  label: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalXS,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorPaletteMarigoldForeground2,
  },
  tools: {
    display: "flex",
    flexWrap: "wrap",
    gap: tokens.spacingHorizontalS,
    marginInlineStart: "auto",
    [PHONE]: { marginInlineStart: 0, columnGap: tokens.spacingHorizontalSNudge },
  },
  hide: { [PHONE]: { marginInlineStart: "auto" } },
  corner: { alignSelf: "end" }, // beside it the page is to be clicked on
  tab: { display: "flex", justifyContent: "end", padding: tokens.spacingHorizontalS },
});

/** The time machine: the clock, the people, the mails and the neighbors of the sandbox, at the foot of every page. */
export function Machine() {
  const styles = useStyles();
  const { t } = useTexts();
  const [away, setAway] = useState(() => sessionStorage.getItem(PUT_AWAY) === "away");
  const [word, say] = useState<Word | null>(null);
  const bar = useRef<HTMLElement>(null);
  const toggled = useRef(false);
  useLatest();

  // What has been clicked is gone: whoever uses the keyboard goes on at what came in its place.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is another bar then
  useEffect(() => {
    if (toggled.current) bar.current?.querySelector<HTMLElement>("[data-toggle]")?.focus();
    toggled.current = true;
    return keepFree(bar.current);
  }, [away]);

  const put = (wanted: boolean) => {
    sessionStorage.setItem(PUT_AWAY, wanted ? "away" : "here");
    setAway(wanted);
  };
  if (away) {
    return (
      <FluentProvider theme={webDarkTheme} className={mergeClasses(styles.place, styles.corner)}>
        <aside aria-label={t("label")} className={styles.tab} ref={bar}>
          <Button
            data-toggle
            size="small"
            icon={<BeakerRegular />}
            aria-expanded={false}
            onClick={() => put(false)}
          >
            {t("show")}
          </Button>
        </aside>
      </FluentProvider>
    );
  }
  return (
    <FluentProvider theme={webDarkTheme} className={styles.place}>
      <aside aria-label={t("label")} className={styles.bar} ref={bar}>
        <Say word={word} done={() => say(null)} />
        <span className={styles.label}>
          <BeakerRegular fontSize={20} aria-hidden="true" />
          {t("label")}
        </span>
        <ClockControls say={say} />
        <div className={styles.tools}>
          <Stage say={say} />
          <Mailbox />
          <Neighbors />
          {configuration.sign_in.kind === "sandbox" && <People say={say} />}
          <Tongue />
        </div>
        <Button
          data-toggle
          className={styles.hide}
          size="small"
          appearance="subtle"
          icon={<DismissRegular />}
          aria-label={t("hide")}
          aria-expanded={true}
          onClick={() => put(true)}
        />
      </aside>
    </FluentProvider>
  );
}

/** Says how much of the page's foot lies under the bar. */
function keepFree(bar: HTMLElement | null): () => void {
  if (!bar) return () => {};
  const { style } = document.documentElement;
  const seen = new ResizeObserver(() => style.setProperty(UNDER, `${bar.offsetHeight}px`));
  seen.observe(bar);
  return () => {
    seen.disconnect();
    style.removeProperty(UNDER);
  };
}
