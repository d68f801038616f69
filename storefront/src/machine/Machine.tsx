import { Button, FluentProvider, makeStyles, tokens, webDarkTheme } from "@fluentui/react-components";
import { BeakerRegular, DismissRegular } from "@fluentui/react-icons";
import { useState } from "react";
import { ClockControls } from "@/machine/ClockControls";
import { Mailbox } from "@/machine/Mailbox";
import { Neighbors } from "@/machine/Neighbors";
import { People } from "@/machine/People";
import { Stage } from "@/machine/Stage";
import { Tongue } from "@/machine/Tongue";
import { useTexts } from "@/machine/texts";

const PUT_AWAY = "sandbox.bar";

const useStyles = makeStyles({
  bar: {
    position: "sticky",
    bottom: 0,
    zIndex: 10,
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalS}`,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    backgroundColor: tokens.colorNeutralBackground2,
    borderTop: `3px solid ${tokens.colorPaletteMarigoldBorderActive}`,
  },
  label: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalXS,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorPaletteMarigoldForeground2,
  },
  room: { flexGrow: 1 },
  away: { position: "sticky", bottom: 0, zIndex: 10, alignSelf: "end", background: "transparent" },
});

/** The time machine: the clock, the people, the mails and the neighbors of the sandbox, at the foot of every page. */
export function Machine() {
  const styles = useStyles();
  const { t } = useTexts();
  const [away, setAway] = useState(() => sessionStorage.getItem(PUT_AWAY) === "away");
  const put = (wanted: boolean) => {
    sessionStorage.setItem(PUT_AWAY, wanted ? "away" : "here");
    setAway(wanted);
  };
  if (away) {
    return (
      <FluentProvider theme={webDarkTheme} className={styles.away}>
        <aside aria-label={t("label")}>
          <Button icon={<BeakerRegular />} onClick={() => put(false)}>
            {t("show")}
          </Button>
        </aside>
      </FluentProvider>
    );
  }
  return (
    <FluentProvider theme={webDarkTheme} className={styles.bar}>
      <aside aria-label={t("label")} style={{ display: "contents" }}>
        <span className={styles.label}>
          <BeakerRegular fontSize={20} aria-hidden="true" />
          {t("label")}
        </span>
        <ClockControls />
        <span className={styles.room} />
        <Stage />
        <Mailbox />
        <Neighbors />
        <People />
        <Tongue />
        <Button
          appearance="subtle"
          icon={<DismissRegular />}
          aria-label={t("hide")}
          onClick={() => put(true)}
        />
      </aside>
    </FluentProvider>
  );
}
