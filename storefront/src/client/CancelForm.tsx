import { Button, MessageBar, MessageBarBody, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body, type Schemas } from "@/api/client";
import { useIntent } from "@/api/intent";
import { asProblem } from "@/api/problem";
import { cancellation, type Subscription } from "@/api/queries";
import { Countdown } from "@/client/Countdown";
import { useChanged } from "@/client/changed";
import { stepAfter } from "@/client/curve";
import { RefundCurve } from "@/client/RefundCurve";
import { Said } from "@/client/Said";
import { useTexts } from "@/client/texts";
import { useFresh } from "@/client/useFresh";
import type { Viewer } from "@/client/viewer";
import { useDraft } from "@/form/draft";
import { TextField } from "@/form/TextField";
import { useFormats } from "@/i18n/formats";
import { ButtonLink } from "@/look/AppLink";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";
import { Sure } from "@/look/Sure";
import { useNow } from "@/time/now";

type Preview = Schemas["CancellationPreview"];

const useStyles = makeStyles({
  amount: {
    fontSize: tokens.fontSizeHero1000,
    lineHeight: tokens.lineHeightHero1000,
    fontWeight: tokens.fontWeightSemibold,
    fontVariantNumeric: "tabular-nums",
  },
  top: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXXS },
  quiet: { color: tokens.colorNeutralForeground2 },
  clocks: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 220px), 1fr))",
    gap: tokens.spacingHorizontalL,
    margin: 0,
  },
  clock: { display: "flex", flexDirection: "column" },
  value: { margin: 0, fontSize: tokens.fontSizeBase400, fontWeight: tokens.fontWeightSemibold },
  small: { color: tokens.colorNeutralForeground3, margin: 0 },
  list: {
    margin: 0,
    paddingLeft: tokens.spacingHorizontalXL,
    display: "grid",
    gap: tokens.spacingVerticalXS,
  },
  ways: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM },
});

interface Given {
  subscription: Subscription;
  viewer: Viewer;
  preview: Preview;
  refetch: () => Promise<Preview | undefined>;
  onEnded: (ended: Subscription) => void;
}

/** What comes back, for how long, and the act itself: exactly what was shown is given back, or nothing happens. */
export function CancelForm({ subscription, viewer, preview, refetch, onEnded }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const { instant, money } = useFormats();
  const now = useNow();
  const changed = useChanged();
  const client = useQueryClient();
  const intent = useIntent();
  const draft = useDraft("CancellationRequest", { reason: "" });
  const [open, setOpen] = useState(false);
  const fell = useFresh(preview, now, () => void refetch());

  const cancel = useMutation({
    mutationFn: () =>
      intent((key) =>
        body(
          api.POST("/v1/subscriptions/{id}/cancellation", {
            params: { path: { id: subscription.id }, header: { "Idempotency-Key": key } },
            body: { reason: draft.value.reason.trim() || null, quote: preview.quote },
          }),
        ),
      ),
    onSuccess: (ended) => {
      onEnded(ended);
      changed(ended);
      client.removeQueries({ queryKey: cancellation(subscription.id).queryKey });
    },
    onError: (error) => {
      setOpen(false);
      if (asProblem(error).code === "quote_expired" || !asProblem(error).passing) void refetch();
      draft.refuse(error);
    },
  });

  const stale = cancel.isError && asProblem(cancel.error).code === "quote_expired";
  const amount = money(preview.refund);
  const after = stepAfter(preview.curve, now);
  const fresh = preview.rule === "not_activated";
  const paid = subscription.latest_invoice?.total ?? subscription.current_term?.price;
  const act =
    preview.refund.amount === 0 ? t("cancel.act_nothing") : t("cancel.act", { amount, context: viewer });

  return (
    <>
      {stale && <Said key={cancel.failureCount} intent="warning" title={t("cancel.expired", { amount })} />}
      {cancel.isError && !stale && <ProblemNotice error={cancel.error} retry={() => setOpen(true)} />}
      {!stale && fell && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>{t("cancel.changed", { amount })}</MessageBarBody>
        </MessageBar>
      )}
      <Panel>
        <div className={styles.top}>
          <Text className={styles.quiet}>{t("cancel.comes_back", { context: viewer })}</Text>
          <span className={styles.amount}>{amount}</span>
          {paid && <Text className={styles.quiet}>{t("cancel.of", { price: money(paid) })}</Text>}
          <Text>{t(ruleKey(preview), { count: preview.used_days, cycle: preview.cycle_days })}</Text>
        </div>
        <dl className={styles.clocks}>
          {after && (
            <div className={styles.clock}>
              <dt className={styles.small}>
                {t("cancel.next_step_label")} {money(after.refund)}
              </dt>
              <dd className={styles.value}>
                {t("cancel.in")} <Countdown until={after.from} />
              </dd>
              <dd className={styles.small}>{instant(after.from)}</dd>
            </div>
          )}
          <div className={styles.clock}>
            <dt className={styles.small}>{t(fresh ? "cancel.last_label_new" : "cancel.last_label")}</dt>
            <dd className={styles.value}>
              <Countdown until={preview.allowed_until} />
            </dd>
            <dd className={styles.small}>{t("cancel.until", { date: instant(preview.allowed_until) })}</dd>
          </div>
        </dl>
      </Panel>
      <Panel title={t("cancel.curve")}>
        <RefundCurve steps={preview.curve} now={now} />
      </Panel>
      <Panel title={t("cancel.what")}>
        <ul className={styles.list}>
          <li>{t(fresh ? "cancel.what_new" : "cancel.what_access")}</li>
          <li>{t("cancel.what_data", { context: viewer })}</li>
          <li>{t("cancel.what_money")}</li>
          <li>{t("cancel.what_final")}</li>
        </ul>
        <form
          ref={draft.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (draft.check()) setOpen(true);
          }}
          style={{ display: "contents" }}
        >
          <TextField
            draft={draft}
            at="/reason"
            label={t("cancel.reason")}
            hint={t("cancel.reason_hint")}
            lines={2}
          />
          <div className={styles.ways}>
            <Sure
              trigger={
                <Button type="submit" appearance="primary">
                  {act}
                </Button>
              }
              open={open}
              // Opened by the form, once what is in it is right.
              onOpen={(wanted) => wanted || setOpen(false)}
              title={t("cancel.confirm_title", { plan: subscription.plan.name })}
              stay={t("cancel.keep")}
              act={act}
              acting={t("cancel.working")}
              busy={cancel.isPending}
              onAct={() => cancel.mutate()}
            >
              {t("cancel.confirm_text", { amount })}
            </Sure>
            <ButtonLink to="/subscriptions/$id" params={{ id: subscription.id }}>
              {t("cancel.keep")}
            </ButtonLink>
          </div>
        </form>
      </Panel>
    </>
  );
}

function ruleKey(preview: Preview) {
  if (preview.rule === "not_activated") return "cancel.rule_not_activated";
  if (preview.rule === "within_24_hours") return "cancel.rule_within_24_hours";
  return preview.used_days === 0 ? "cancel.rule_none_used" : "cancel.rule_prorated";
}
