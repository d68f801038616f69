import { Button, makeStyles, Spinner, Text, tokens } from "@fluentui/react-components";
import { AddRegular } from "@fluentui/react-icons";
import { useState } from "react";
import { api, body } from "@/api/client";
import { useIntent } from "@/api/intent";
import { useTexts } from "@/billing/texts";
import { useCommon } from "@/i18n/common";
import { ProblemNotice } from "@/look/ProblemNotice";
import { SetUpCardForm } from "@/payments";

const useStyles = makeStyles({
  form: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalM,
    paddingTop: tokens.spacingVerticalM,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    maxWidth: "480px",
  },
  start: { alignSelf: "start" },
  quiet: { color: tokens.colorNeutralForeground2 },
});

/** Adds a card: the provider's form takes it, under a secret that is asked for first. */
export function AddCard({ begin, added }: { begin: () => void; added: () => void }) {
  const styles = useStyles();
  const { t } = useTexts();
  const { t: common } = useCommon();
  const intent = useIntent();
  const [secret, setSecret] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const start = async () => {
    if (busy) return;
    begin();
    setBusy(true);
    setError(null);
    try {
      const setup = await intent((key) =>
        body(api.POST("/v1/payment-methods/setups", { params: { header: { "Idempotency-Key": key } } })),
      );
      setSecret(setup.client_secret);
    } catch (failed) {
      setError(failed);
    } finally {
      setBusy(false);
    }
  };
  if (secret === null) {
    return (
      <>
        {error !== null && <ProblemNotice error={error} retry={() => void start()} />}
        <Button
          className={styles.start}
          icon={busy ? <Spinner size="tiny" /> : <AddRegular />}
          disabledFocusable={busy}
          onClick={() => void start()}
        >
          {t(busy ? "cards.adding" : "cards.add")}
        </Button>
      </>
    );
  }
  return (
    <div className={styles.form}>
      <Text className={styles.quiet}>{t("cards.add_text")}</Text>
      <SetUpCardForm
        clientSecret={secret}
        onDone={() => {
          setSecret(null);
          added();
        }}
      />
      <Button className={styles.start} appearance="subtle" onClick={() => setSecret(null)}>
        {common("act.cancel")}
      </Button>
    </div>
  );
}
