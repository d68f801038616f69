import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { type FormEvent, useState } from "react";
import { api, body } from "@/api/client";
import { useIntent } from "@/api/intent";
import { useDraft } from "@/form/draft";
import { TextField } from "@/form/TextField";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";
import { useTexts } from "@/operator/texts";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, alignItems: "start" },
  field: { width: "100%", maxWidth: "480px" },
});

const EMPTY = { email: "", display_name: "" };

/** R29: an invitation by e-mail. */
export function Invite({ said }: { said: (text: string) => void }) {
  const styles = useStyles();
  const { t } = useTexts();
  const draft = useDraft("InvitationRequest", EMPTY);
  const intent = useIntent();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setError(null);
    if (busy || !draft.check()) return;
    setBusy(true);
    try {
      const made = await intent((key) =>
        body(
          api.POST("/v1/admin/invitations", {
            params: { header: { "Idempotency-Key": key } },
            body: draft.value,
          }),
        ),
      );
      said(t("applications.invited_done", { name: made.display_name }));
      draft.replace(EMPTY);
    } catch (failed) {
      setError(draft.refuse(failed));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title={t("applications.invite")}>
      <form className={styles.form} onSubmit={(event) => void submit(event)} noValidate ref={draft.form}>
        {error !== null && <ProblemNotice error={error} />}
        <div className={styles.field}>
          <TextField draft={draft} at="/email" label={t("applications.email")} type="email" required />
        </div>
        <div className={styles.field}>
          <TextField draft={draft} at="/display_name" label={t("applications.display_name")} required />
        </div>
        <Button type="submit" appearance="primary" disabledFocusable={busy}>
          {t("applications.send")}
        </Button>
      </form>
    </Panel>
  );
}
