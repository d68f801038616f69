import { Button, Field, Input, makeStyles, Select, tokens } from "@fluentui/react-components";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, type Schemas } from "@/api/client";
import type { BillingPeriod, Plan } from "@/api/queries";
import { useDraft } from "@/form/draft";
import { useCommon } from "@/i18n/common";
import { useFormats } from "@/i18n/formats";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";
import { Sure } from "@/look/Sure";
import { cents } from "@/operator/cents";
import { useTexts } from "@/operator/texts";

const useStyles = makeStyles({
  form: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "start" },
  field: { flexGrow: 1, minWidth: "200px" },
  end: { flexBasis: "100%" },
});

type PriceRequest = Schemas["PriceRequest"];

const EMPTY = {
  plan_id: "business-basic",
  billing_period: "monthly",
  country: "US",
  currency: "USD",
  unit_amount: null,
  valid_from: "",
};

/** A new row of the price list: looked at once more before it counts. */
export function SetPrice({ plans, said }: { plans: Plan[]; said: (text: string) => void }) {
  const styles = useStyles();
  const { t } = useTexts();
  const { t: common } = useCommon();
  const format = useFormats();
  const client = useQueryClient();
  const draft = useDraft("PriceRequest", EMPTY as object);
  const [typed, setTyped] = useState("");
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const value = draft.value as PriceRequest;

  const look = (event: FormEvent) => {
    event.preventDefault();
    setError(null);
    const wrong: Record<string, string> =
      cents(typed) === null ? { "/unit_amount": t("prices.unit_wrong") } : {};
    if (!value.valid_from) wrong["/valid_from"] = common("field.required");
    if (draft.check(wrong)) setAsking(true);
  };
  const facts = () => ({
    plan: plans.find((plan) => plan.id === value.plan_id)?.name ?? value.plan_id,
    period: t(`prices.${value.billing_period as BillingPeriod}`),
    amount: format.money({ amount: value.unit_amount, currency: "USD" }),
    from: format.day(value.valid_from),
  });
  const set = async () => {
    setBusy(true);
    try {
      await api.PUT("/v1/admin/prices", { body: value });
      said(t("prices.done", facts()));
      void client.invalidateQueries({ queryKey: ["admin", "prices"] });
      setTyped("");
      draft.replace(EMPTY);
    } catch (failed) {
      setError(draft.refuse(failed));
    } finally {
      setBusy(false);
      setAsking(false);
    }
  };
  const state = (at: string) => {
    const wrong = draft.error(at);
    return { validationState: wrong ? ("error" as const) : ("none" as const), validationMessage: wrong };
  };
  return (
    <Panel title={t("prices.set")}>
      {error !== null && <ProblemNotice error={error} />}
      <form className={styles.form} onSubmit={look} noValidate ref={draft.form}>
        <Field label={t("prices.plan")} className={styles.field} {...state("/plan_id")}>
          <Select value={value.plan_id} onChange={(_, data) => draft.set("/plan_id", data.value)}>
            {plans.map((plan) => (
              <option key={plan.id} value={plan.id}>
                {plan.name}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t("prices.period")} className={styles.field} {...state("/billing_period")}>
          <Select
            value={value.billing_period}
            onChange={(_, data) => draft.set("/billing_period", data.value)}
          >
            <option value="monthly">{t("prices.monthly")}</option>
            <option value="yearly">{t("prices.yearly")}</option>
          </Select>
        </Field>
        <Field
          label={t("prices.unit")}
          hint={t("prices.unit_hint")}
          required
          className={styles.field}
          {...state("/unit_amount")}
        >
          <Input
            value={typed}
            inputMode="decimal"
            contentBefore="$"
            onChange={(_, data) => {
              setTyped(data.value);
              draft.set("/unit_amount", cents(data.value));
            }}
          />
        </Field>
        <Field label={t("prices.valid_from")} required className={styles.field} {...state("/valid_from")}>
          <Input
            type="date"
            value={value.valid_from}
            onChange={(_, data) => draft.set("/valid_from", data.value)}
          />
        </Field>
        <div className={styles.end}>
          <Button type="submit" appearance="primary">
            {t("prices.next")}
          </Button>
        </div>
      </form>
      <Sure
        open={asking}
        onOpen={setAsking}
        title={t("prices.confirm_title")}
        stay={common("act.cancel")}
        act={t("prices.confirm")}
        busy={busy}
        onAct={() => void set()}
      >
        {asking && t("prices.confirm_text", facts())}
      </Sure>
    </Panel>
  );
}
