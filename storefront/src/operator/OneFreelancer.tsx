import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, body } from "@/api/client";
import { useIntent } from "@/api/intent";
import { useDraft } from "@/form/draft";
import { TextField } from "@/form/TextField";
import { useCommon } from "@/i18n/common";
import { useFormats } from "@/i18n/formats";
import { ButtonLink } from "@/look/AppLink";
import { BackLink } from "@/look/BackLink";
import { Done } from "@/look/Done";
import { Loaded } from "@/look/Loaded";
import { Page } from "@/look/Page";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";
import { Sure } from "@/look/Sure";
import { ApplicantFacts } from "@/operator/ApplicantFacts";
import { type Applicant, freelancer } from "@/operator/queries";
import { StateBadge } from "@/operator/StateBadge";
import { useTexts } from "@/operator/texts";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, alignItems: "start" },
  field: { width: "100%", maxWidth: "480px" },
});

/** One freelancer: where they stand, what they applied with, their group at Microsoft, and the way out. */
export function OneFreelancer() {
  const { t } = useTexts();
  const { id } = useParams({ from: "/operator/operator/freelancers/$id" });
  const query = useQuery(freelancer(id));
  return (
    <Page
      title={query.data?.display_name ?? t("tabs.freelancers")}
      before={<BackLink to="/operator/freelancers">{t("tabs.freelancers")}</BackLink>}
    >
      <Loaded query={query} lines={9}>
        {(found) => <Found key={found.id} found={found} />}
      </Loaded>
    </Page>
  );
}

function Found({ found }: { found: Applicant }) {
  const { t } = useTexts();
  const { instant } = useFormats();
  const client = useQueryClient();
  const may = found.available_actions;
  const [said, setSaid] = useState("");
  const [error, setError] = useState<unknown>(null);

  const act: Act = async (ask, text, refuse = (failed) => failed) => {
    setError(null);
    setSaid("");
    try {
      await ask();
      await client.invalidateQueries({ queryKey: ["admin"] });
      setSaid(text);
    } catch (failed) {
      setError(refuse(failed));
    }
  };
  return (
    <>
      <Done text={said} />
      {error !== null && <ProblemNotice error={error} />}
      <Panel title={t("freelancers.details")}>
        <ApplicantFacts
          of={found}
          first={[
            [t("freelancers.state"), <StateBadge key="state" state={found.state} />],
            [t("freelancers.reason"), found.decision_reason],
            [t("freelancers.signed"), found.terms_signed_at && instant(found.terms_signed_at)],
            [t("freelancers.ended"), found.ended_at && instant(found.ended_at)],
          ]}
        />
      </Panel>
      {may.includes("approve") && (
        <div>
          <ButtonLink to="/operator/applications">{t("freelancers.decide")}</ButtonLink>
        </div>
      )}
      {may.includes("invite_again") && <InviteAgain found={found} act={act} />}
      {may.includes("set_security_group") && <Group found={found} act={act} />}
      {may.includes("remove") && <Remove found={found} act={act} />}
    </>
  );
}

/** Does it, and says so; `refuse` takes what is wrong with a field to it. */
type Act = (
  ask: () => Promise<unknown>,
  text: string,
  refuse?: (failed: unknown) => unknown,
) => Promise<void>;

interface Given {
  found: Applicant;
  act: Act;
}

function InviteAgain({ found, act }: Given) {
  const { t } = useTexts();
  const intent = useIntent();
  const { email, display_name } = found;
  const invite = () =>
    act(
      () =>
        intent((key) =>
          body(
            api.POST("/v1/admin/invitations", {
              params: { header: { "Idempotency-Key": key } },
              body: { email, display_name },
            }),
          ),
        ),
      t("applications.invited_done", { name: display_name }),
    );
  return (
    <div>
      <Button onClick={() => void invite()}>{t("freelancers.invite_again")}</Button>
    </div>
  );
}

/** The security group that their access to clients' tenants is given to. */
function Group({ found, act }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const draft = useDraft("SecurityGroupRequest", { group_id: found.security_group_id ?? "" });
  const save = (event: FormEvent) => {
    event.preventDefault();
    void act(
      () =>
        body(
          api.PUT("/v1/admin/freelancers/{id}/security-group", {
            params: { path: { id: found.id } },
            body: { group_id: draft.value.group_id.trim() || null },
          }),
        ),
      t("freelancers.group_saved", { name: found.display_name }),
      draft.refuse,
    );
  };
  return (
    <Panel title={t("freelancers.group")}>
      <form className={styles.form} onSubmit={save} noValidate ref={draft.form}>
        <div className={styles.field}>
          <TextField
            draft={draft}
            at="/group_id"
            label={t("freelancers.group_id")}
            hint={t("freelancers.group_hint")}
          />
        </div>
        <Button type="submit">{t("freelancers.group_save")}</Button>
      </form>
    </Panel>
  );
}

function Remove({ found, act }: Given) {
  const { t } = useTexts();
  const { t: common } = useCommon();
  const [asking, setAsking] = useState(false);
  const name = found.display_name;
  const remove = () => {
    setAsking(false);
    void act(
      () => body(api.DELETE("/v1/admin/freelancers/{id}", { params: { path: { id: found.id } } })),
      t("freelancers.removed", { name }),
    );
  };
  return (
    <Panel title={t("freelancers.remove")}>
      {t("freelancers.remove_text")}
      <div>
        <Button onClick={() => setAsking(true)}>{t("freelancers.remove")}</Button>
      </div>
      <Sure
        open={asking}
        onOpen={setAsking}
        title={t("freelancers.remove_title", { name })}
        stay={common("act.cancel")}
        act={t("freelancers.remove")}
        onAct={remove}
      >
        {t("freelancers.remove_text")}
      </Sure>
    </Panel>
  );
}
