import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { type ReactNode, useState } from "react";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";
import { Reasoned } from "@/operator/Reasoned";
import { useTexts } from "@/operator/texts";

const useStyles = makeStyles({
  list: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalL,
    margin: 0,
    padding: 0,
    listStyleType: "none",
  },
  buttons: { display: "flex", gap: tokens.spacingHorizontalS, flexWrap: "wrap" },
});

interface Given {
  /** Of whatever is decided. */
  name: string;
  /** Decides it; a refusal has its reason. What is thrown is shown here. */
  decide: (approve: boolean, reason: string | null) => Promise<void>;
  children: ReactNode;
}

/** Something that waits for a yes, or for a no with its reason. */
export function Decision({ name, decide, children }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const approve = async () => {
    setBusy(true);
    setError(null);
    try {
      await decide(true, null);
    } catch (failed) {
      setError(failed);
      setBusy(false);
    }
  };
  return (
    <Panel
      title={name}
      actions={
        <div className={styles.buttons}>
          <Button appearance="primary" disabledFocusable={busy} onClick={() => void approve()}>
            {t("decide.approve")}
          </Button>
          <Reasoned
            trigger={<Button>{t("decide.reject")}</Button>}
            title={t("decide.reject_title", { name })}
            label={t("decide.reject")}
            act={(reason) => decide(false, reason)}
          />
        </div>
      }
    >
      {error !== null && <ProblemNotice error={error} retry={() => void approve()} />}
      {children}
    </Panel>
  );
}

/** Whatever waits, one beneath the other. */
export function Waiting<T extends { id: string }>({ of, each }: { of: T[]; each: (one: T) => ReactNode }) {
  const styles = useStyles();
  return (
    <ul className={styles.list}>
      {of.map((one) => (
        <li key={one.id}>{each(one)}</li>
      ))}
    </ul>
  );
}
