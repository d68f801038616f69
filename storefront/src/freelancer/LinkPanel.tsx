import { Button, Field, Input, makeStyles, Text, tokens } from "@fluentui/react-components";
import { ArrowDownloadRegular, CheckmarkRegular, CopyRegular } from "@fluentui/react-icons";
import { useEffect, useMemo, useRef, useState } from "react";
import { code, drawing } from "@/freelancer/qr";
import { useTexts } from "@/freelancer/texts";
import { Panel } from "@/look/Panel";
import { save } from "@/look/save";

const SAID_FOR = 4000;

const useStyles = makeStyles({
  sides: {
    display: "flex",
    gap: tokens.spacingHorizontalXXL,
    "@media (max-width: 640px)": { flexDirection: "column" },
  },
  words: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalM,
    flexGrow: 1,
    minWidth: 0,
  },
  quiet: { color: tokens.colorNeutralForeground2 },
  line: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS, alignItems: "end" },
  field: { flexGrow: 1, minWidth: "200px" },
  said: { minHeight: "20px", color: tokens.colorNeutralForeground2 },
  code: {
    display: "flex",
    flexDirection: "column",
    alignItems: "center",
    gap: tokens.spacingVerticalS,
    flexShrink: 0,
  },
  drawing: {
    width: "148px",
    height: "148px",
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
  },
});

/** The freelancer's one link: to be copied, and as a QR code to be scanned or printed. */
export function LinkPanel({ url }: { url: string }) {
  const styles = useStyles();
  const { t } = useTexts();
  const [state, setState] = useState<"copied" | "not_copied" | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const qr = useMemo(() => code(url), [url]);

  useEffect(() => {
    if (state !== "copied") return;
    const timer = setTimeout(() => setState(null), SAID_FOR);
    return () => clearTimeout(timer);
  }, [state]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url);
      setState("copied");
    } catch {
      field.current?.select();
      setState("not_copied");
    }
  };
  return (
    <Panel title={t("link.title")}>
      <div className={styles.sides}>
        <div className={styles.words}>
          <Text className={styles.quiet}>{t("link.text")}</Text>
          <div className={styles.line}>
            <Field label={t("link.label")} className={styles.field}>
              <Input ref={field} value={url} readOnly onFocus={(event) => event.currentTarget.select()} />
            </Field>
            <Button
              appearance="primary"
              icon={state === "copied" ? <CheckmarkRegular /> : <CopyRegular />}
              onClick={() => void copy()}
            >
              {t(state === "copied" ? "link.copied" : "link.copy")}
            </Button>
          </div>
          <Text size={200} role="status" className={styles.said}>
            {state === "copied" && t("link.copied_said")}
            {state === "not_copied" && t("link.not_copied")}
          </Text>
        </div>
        <div className={styles.code}>
          {/* Black on white in the dark as well: many scanners read nothing else. */}
          <svg
            className={styles.drawing}
            viewBox={`0 0 ${qr.size} ${qr.size}`}
            shapeRendering="crispEdges"
            role="img"
            aria-label={t("link.qr", { url })}
          >
            <path fill="#fff" d={`M0 0h${qr.size}v${qr.size}H0z`} />
            <path fill="#000" d={qr.path} />
          </svg>
          <Button
            appearance="subtle"
            size="small"
            icon={<ArrowDownloadRegular />}
            title={t("link.qr_text")}
            onClick={() => save(drawing(qr), "qr.svg")}
          >
            {t("link.qr_save")}
          </Button>
        </div>
      </div>
    </Panel>
  );
}
