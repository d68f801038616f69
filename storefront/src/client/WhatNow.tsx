import { makeStyles, Text, tokens, typographyStyles } from "@fluentui/react-components";
import { ErrorCircleRegular, InfoRegular, WarningRegular } from "@fluentui/react-icons";
import type { ReactElement } from "react";
import type { Subscription } from "@/api/queries";
import { NextActButton } from "@/client/NextAct";
import { type Next, next } from "@/client/next";
import { Quoted } from "@/client/Quoted";
import { useTexts } from "@/client/texts";
import type { Viewer } from "@/client/viewer";
import { useFormats } from "@/i18n/formats";
import { Panel } from "@/look/Panel";

const useStyles = makeStyles({
  inside: {
    display: "grid",
    gridTemplateColumns: "auto minmax(0, 1fr) auto",
    columnGap: tokens.spacingHorizontalL,
    rowGap: tokens.spacingVerticalM,
    alignItems: "center",
    "@media (max-width: 640px)": { gridTemplateColumns: "auto minmax(0, 1fr)" },
  },
  icon: { fontSize: "28px", lineHeight: 1, alignSelf: "start" },
  error: { color: tokens.colorStatusDangerForeground1 },
  warning: { color: tokens.colorStatusWarningForeground1 },
  info: { color: tokens.colorBrandForeground1 },
  said: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS },
  title: { ...typographyStyles.subtitle1, margin: 0 },
  text: { color: tokens.colorNeutralForeground2, maxWidth: "72ch" },
  act: { "@media (max-width: 640px)": { gridColumn: "1 / -1", display: "grid" } },
});

const ICONS: Record<Next["tone"], ReactElement> = {
  error: <ErrorCircleRegular />,
  warning: <WarningRegular />,
  info: <InfoRegular />,
};

/** What the status means, and the one thing to do next. It changes by itself, and then it is said. */
export function WhatNow({ subscription, viewer }: { subscription: Subscription; viewer: Viewer }) {
  const styles = useStyles();
  const { t } = useTexts();
  const formats = useFormats();
  const now = next(subscription, viewer, formats);
  return (
    <Panel>
      <div className={styles.inside}>
        <span className={`${styles.icon} ${styles[now.tone]}`} aria-hidden="true">
          {ICONS[now.tone]}
        </span>
        <div className={styles.said} role="status">
          <h2 className={styles.title}>{t(`next.${now.key}.title`, now.values)}</h2>
          <Text className={styles.text}>{t(`next.${now.key}.text`, { ...now.values, context: viewer })}</Text>
          {now.reason && <Quoted>{now.reason}</Quoted>}
        </div>
        {now.act && (
          <div className={styles.act}>
            <NextActButton subscription={subscription} act={now.act} />
          </div>
        )}
      </div>
    </Panel>
  );
}
