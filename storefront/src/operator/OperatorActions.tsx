import { Button, Field, makeStyles, Select, tokens } from "@fluentui/react-components";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body } from "@/api/client";
import { useIntent } from "@/api/intent";
import { subscription as one, type Subscription } from "@/api/queries";
import { AddressLines } from "@/client/AddressLines";
import { Done } from "@/look/Done";
import { Facts } from "@/look/Facts";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";
import { Reasoned } from "@/operator/Reasoned";
import { useTexts } from "@/operator/texts";

const useStyles = makeStyles({
  row: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "end" },
});

const MAILS = [
  "E1",
  "E2",
  "E3",
  "E4",
  "E5",
  "E6",
  "E7",
  "E8",
  "E9",
  "E10",
  "E11",
  "E12",
  "E13",
  "E14",
  "E16",
] as const;

/** What an operator can do with a subscription: suspend and reinstate it, and send its mails again. */
export function OperatorActions({ subscription }: { subscription: Subscription }) {
  const styles = useStyles();
  const { t } = useTexts();
  const client = useQueryClient();
  const [said, setSaid] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const params = { path: { id: subscription.id } };

  const changed = (now: Subscription, text: string) => {
    client.setQueryData(one(subscription.id).queryKey, now);
    void client.invalidateQueries({ queryKey: ["subscription", subscription.id] });
    void client.invalidateQueries({ queryKey: ["admin"] });
    setSaid(text);
  };
  const suspend = async (reason: string) => {
    const suspended = await body(
      api.PUT("/v1/admin/subscriptions/{id}/suspension", { params, body: { reason } }),
    );
    changed(suspended, t("actions.suspended"));
  };
  const reinstate = async () => {
    setBusy(true);
    setError(null);
    try {
      changed(
        await body(api.DELETE("/v1/admin/subscriptions/{id}/suspension", { params })),
        t("actions.reinstated"),
      );
    } catch (failed) {
      setError(failed);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel
      title={t("actions.title")}
      actions={
        <div className={styles.row}>
          {subscription.suspension ? (
            <Button disabledFocusable={busy} onClick={() => void reinstate()}>
              {t("actions.reinstate")}
            </Button>
          ) : (
            // Whether it can be suspended now, the API says.
            <Reasoned
              trigger={<Button>{t("actions.suspend")}</Button>}
              title={t("actions.suspend_title")}
              text={t("actions.suspend_text")}
              label={t("actions.suspend")}
              act={suspend}
            />
          )}
        </div>
      }
    >
      <Done text={said} />
      {error !== null && <ProblemNotice error={error} retry={() => void reinstate()} />}
      <Facts
        of={[
          [t("actions.client"), `${subscription.client.name} · ${subscription.client.email}`],
          [t("actions.address"), <AddressLines key="address" of={subscription.client.address} />],
          [t("actions.id"), subscription.id],
        ]}
      />
      <SendAgain id={subscription.id} said={setSaid} />
    </Panel>
  );
}

function SendAgain({ id, said }: { id: string; said: (text: string) => void }) {
  const styles = useStyles();
  const { t } = useTexts();
  const intent = useIntent();
  const [template, setTemplate] = useState<string>(MAILS[0]);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const send = async () => {
    setBusy(true);
    setError(null);
    try {
      await intent((key) =>
        api.POST("/v1/admin/subscriptions/{id}/mails", {
          params: { path: { id }, header: { "Idempotency-Key": key } },
          body: { template },
        }),
      );
      said(t("actions.mail_sent"));
    } catch (failed) {
      setError(failed);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {error !== null && <ProblemNotice error={error} />}
      <div className={styles.row}>
        <Field label={t("actions.mail")}>
          <Select value={template} onChange={(_, { value }) => setTemplate(value)}>
            {MAILS.map((each) => (
              <option key={each} value={each}>
                {t(`mails.${each}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Button disabledFocusable={busy} onClick={() => void send()}>
          {t("actions.mail_send")}
        </Button>
      </div>
    </>
  );
}
