import { Button, makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { DismissRegular } from "@fluentui/react-icons";
import { useEffect } from "react";
import { useCommon } from "@/i18n/common";

/** What the bar has to say: that it is at work, what came of it, or that nothing came of it. */
export interface Word {
  text: string;
  kind: "busy" | "done" | "bad";
}

const READ_MS = 10_000;

const useStyles = makeStyles({
  place: {
    position: "absolute",
    bottom: "100%",
    left: 0,
    right: 0,
    display: "flex",
    alignItems: "start",
    gap: tokens.spacingHorizontalS,
    width: "fit-content",
    maxWidth: "min(720px, 100%)",
    boxSizing: "border-box",
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalS} ${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    backgroundColor: tokens.colorNeutralBackground2,
    color: tokens.colorNeutralForeground1,
    borderTop: `3px solid ${tokens.colorPaletteMarigoldBorderActive}`,
    borderTopRightRadius: tokens.borderRadiusLarge,
  },
  text: { paddingBlock: tokens.spacingVerticalXXS, overflowWrap: "anywhere" },
});

/** Says it above the bar, for a while, without moving anything. */
export function Say({ word, done }: { word: Word | null; done: () => void }) {
  const styles = useStyles();
  const { t } = useCommon();

  useEffect(() => {
    if (word?.kind !== "done") return;
    const over = setTimeout(done, READ_MS);
    return () => clearTimeout(over);
  }, [word, done]);

  return (
    <div className={word ? styles.place : undefined}>
      <div role="status" className={styles.text}>
        {word?.kind === "busy" ? (
          <Spinner size="extra-tiny" label={word.text} labelPosition="after" />
        ) : (
          word?.text
        )}
      </div>
      {word && word.kind !== "busy" && (
        <Button
          size="small"
          appearance="subtle"
          icon={<DismissRegular />}
          aria-label={t("act.close")}
          onClick={done}
        />
      )}
    </div>
  );
}
