import { Button, Field, Input, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, body, type Schemas } from "@/api/client";
import { useCommon } from "@/i18n/common";
import { useFormats } from "@/i18n/formats";
import { Facts } from "@/look/Facts";
import { Loaded } from "@/look/Loaded";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";
import { Sure } from "@/look/Sure";
import { applications, member } from "@/operator/queries";
import { useTexts } from "@/operator/texts";

type Applicant = Schemas["Applicant"];
type Say = (text: string) => void;

const useStyles = makeStyles({
  find: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS, alignItems: "start" },
  field: { flexGrow: 1, minWidth: "200px" },
  beside: { marginTop: "26px" }, // beneath the label of the field
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  buttons: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS },
  text: { color: tokens.colorNeutralForeground2 },
});

/** Somebody in the program, found by the address of their invitation. */
export function Member({ said }: { said: Say }) {
  const styles = useStyles();
  const { t } = useTexts();
  const { t: common } = useCommon();
  const [email, setEmail] = useState("");
  const [missing, setMissing] = useState(false);
  const [asked, setAsked] = useState("");
  const query = useQuery({ ...member(asked), enabled: asked !== "" });

  const find = (event: FormEvent) => {
    event.preventDefault();
    setMissing(!email.trim());
    setAsked(email.trim());
  };
  return (
    <Panel title={t("applications.member")}>
      <Text className={styles.text}>{t("applications.member_text")}</Text>
      <form className={styles.find} onSubmit={find} noValidate>
        <Field
          className={styles.field}
          label={t("applications.email")}
          required
          validationState={missing ? "error" : "none"}
          validationMessage={missing ? common("field.required") : undefined}
        >
          <Input type="email" value={email} onChange={(_, { value }) => setEmail(value)} />
        </Field>
        <Button type="submit" className={styles.beside}>
          {t("applications.find")}
        </Button>
      </form>
      {asked && (
        <Loaded query={query} lines={3}>
          {({ data: [found] }) =>
            found ? (
              <Found key={found.id} found={found} said={said} />
            ) : (
              <Text role="status">{t("applications.nobody")}</Text>
            )
          }
        </Loaded>
      )}
    </Panel>
  );
}

/** Where they stand, their group at Microsoft, and the way out. */
function Found({ found, said }: { found: Applicant; said: Say }) {
  const styles = useStyles();
  const { t } = useTexts();
  const { t: common } = useCommon();
  const { day } = useFormats();
  const client = useQueryClient();
  const [group, setGroup] = useState(found.security_group_id ?? "");
  const [error, setError] = useState<unknown>(null);
  const [asking, setAsking] = useState(false);

  const params = { path: { id: found.id } };
  const name = found.display_name;
  const done = async (act: () => Promise<unknown>, text: string) => {
    setError(null);
    try {
      await act();
      said(text);
      void client.invalidateQueries({ queryKey: member(found.email).queryKey });
      void client.invalidateQueries({ queryKey: applications().queryKey });
    } catch (failed) {
      setError(failed);
    }
  };
  const save = () =>
    done(
      () =>
        body(
          api.PUT("/v1/admin/freelancers/{id}/security-group", {
            params,
            body: { group_id: group.trim() || null },
          }),
        ),
      t("applications.group_saved", { name }),
    );
  const remove = () => {
    setAsking(false);
    return done(
      () => body(api.DELETE("/v1/admin/freelancers/{id}", { params })),
      t("applications.removed", { name }),
    );
  };
  return (
    <div className={styles.form}>
      <Facts
        of={[
          [t("applications.display_name"), name],
          [t("applications.state"), t(`applications.states.${found.state}`)],
          [t("applications.invited"), found.invited_at && day(found.invited_at)],
          [t("applications.signed"), found.terms_signed_at && day(found.terms_signed_at)],
          [t("applications.ended"), found.ended_at && day(found.ended_at)],
          [t("applications.id"), found.id],
        ]}
      />
      {error !== null && <ProblemNotice error={error} />}
      <Field label={t("applications.group")} hint={t("applications.group_hint")}>
        <Input value={group} onChange={(_, { value }) => setGroup(value)} />
      </Field>
      <div className={styles.buttons}>
        <Button onClick={() => void save()}>{t("applications.group_save")}</Button>
        {found.ended_at === null && (
          <Button onClick={() => setAsking(true)}>{t("applications.remove")}</Button>
        )}
      </div>
      <Sure
        open={asking}
        onOpen={setAsking}
        title={t("applications.remove_title", { name })}
        stay={common("act.cancel")}
        act={t("applications.remove")}
        onAct={() => void remove()}
      >
        {t("applications.remove_text")}
      </Sure>
    </div>
  );
}
