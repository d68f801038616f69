import { Button, Field, Input, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { api, body } from "@/api/client";
import { useCommon } from "@/i18n/common";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";
import { Sure } from "@/look/Sure";
import { useTexts } from "@/operator/texts";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  buttons: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS },
  text: { color: tokens.colorNeutralForeground2 },
});

/** Somebody in the program: their group at Microsoft, and the way out. */
export function Member({ said }: { said: (text: string) => void }) {
  const styles = useStyles();
  const { t } = useTexts();
  const { t: common } = useCommon();
  const [id, setId] = useState("");
  const [group, setGroup] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [missing, setMissing] = useState(false);
  const [asking, setAsking] = useState(false);

  const done = async (act: () => Promise<string>) => {
    setError(null);
    try {
      said(await act());
    } catch (failed) {
      setError(failed);
    }
  };
  const known = () => {
    setMissing(!id.trim());
    return id.trim() !== "";
  };
  const params = { path: { id: id.trim() } };
  const save = () =>
    known() &&
    done(async () => {
      const group_id = group.trim() || null;
      const kept = await body(
        api.PUT("/v1/admin/freelancers/{id}/security-group", { params, body: { group_id } }),
      );
      return t("applications.group_saved", { name: kept.display_name });
    });
  const remove = () =>
    done(async () => {
      setAsking(false);
      const gone = await body(api.DELETE("/v1/admin/freelancers/{id}", { params }));
      return t("applications.removed", { name: gone.display_name });
    });
  return (
    <Panel title={t("applications.member")}>
      <Text className={styles.text}>{t("applications.member_text")}</Text>
      {error !== null && <ProblemNotice error={error} />}
      <div className={styles.form}>
        <Field
          label={t("applications.id")}
          required
          validationState={missing ? "error" : "none"}
          validationMessage={missing ? common("field.required") : undefined}
        >
          <Input value={id} placeholder="frl_…" onChange={(_, { value }) => setId(value)} />
        </Field>
        <Field label={t("applications.group")} hint={t("applications.group_hint")}>
          <Input value={group} onChange={(_, { value }) => setGroup(value)} />
        </Field>
        <div className={styles.buttons}>
          <Button onClick={() => void save()}>{t("applications.group_save")}</Button>
          <Button onClick={() => known() && setAsking(true)}>{t("applications.remove")}</Button>
        </div>
      </div>
      <Sure
        open={asking}
        onOpen={setAsking}
        title={t("applications.remove_title")}
        stay={common("act.cancel")}
        act={t("applications.remove")}
        onAct={() => void remove()}
      >
        {t("applications.remove_text")}
      </Sure>
    </Panel>
  );
}
