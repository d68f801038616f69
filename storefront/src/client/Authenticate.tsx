import { Button, makeStyles, Spinner, Text, tokens } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { Subscription } from "@/api/queries";
import { OneSubscription } from "@/client/OneSubscription";
import { Said } from "@/client/Said";
import { useTexts } from "@/client/texts";
import { useFormats } from "@/i18n/formats";
import { ButtonLink } from "@/look/AppLink";
import { Facts } from "@/look/Facts";
import { Nothing } from "@/look/Nothing";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";
import { useCardholder } from "@/payments";

const useStyles = makeStyles({
  ways: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM },
});

/** Where E14 leads whose bank wants to be asked: the cardholder confirms the renewal. */
export function Authenticate() {
  const { t } = useTexts();
  return (
    <OneSubscription
      title={t("authenticate.title")}
      lead={(subscription) => t("authenticate.lead", { plan: subscription.plan.name })}
    >
      {(subscription) => <Confirm subscription={subscription} />}
    </OneSubscription>
  );
}

function Confirm({ subscription }: { subscription: Subscription }) {
  const styles = useStyles();
  const { t } = useTexts();
  const { day, instant, money } = useFormats();
  const client = useQueryClient();
  const cardholder = useCardholder();
  const confirm = useMutation({
    mutationFn: async () => {
      const asked = await body(
        api.POST("/v1/subscriptions/{id}/payment-authentication", {
          params: { path: { id: subscription.id } },
        }),
      );
      return cardholder.authenticate(asked.client_secret);
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ["subscription", subscription.id] });
      void client.invalidateQueries({ queryKey: ["subscriptions"] });
      void client.invalidateQueries({ queryKey: ["invoices"] });
    },
  });
  const issue = subscription.payment_issue;
  const nothing = confirm.isError && asProblem(confirm.error).code === "no_authentication_needed";
  const back = (
    <ButtonLink to="/subscriptions/$id" params={{ id: subscription.id }}>
      {t("back.return")}
    </ButtonLink>
  );

  if (confirm.data === "done")
    return (
      <>
        <Said title={t("authenticate.done_title")}>{t("authenticate.done_text")}</Said>
        <div>{back}</div>
      </>
    );
  if (nothing || !issue)
    return (
      <Nothing title={t("authenticate.none_title")} text={t("authenticate.none_text")}>
        {back}
      </Nothing>
    );
  return (
    <>
      {cardholder.dialog}
      {confirm.data === "failed" && !confirm.isPending && (
        <Said intent="warning" title={t("authenticate.failed_title")}>
          {t("authenticate.failed_text")}
        </Said>
      )}
      {confirm.isError && <ProblemNotice error={confirm.error} retry={() => confirm.mutate()} />}
      <Panel>
        <Facts
          of={[
            [t("authenticate.amount"), money(issue.amount)],
            [t("authenticate.due"), day(issue.since)],
            [t("authenticate.attempt"), issue.next_attempt_at && instant(issue.next_attempt_at)],
          ]}
        />
        <Text>{t("authenticate.text")}</Text>
        <div className={styles.ways}>
          <Button
            appearance="primary"
            disabledFocusable={confirm.isPending}
            icon={confirm.isPending ? <Spinner size="tiny" /> : undefined}
            onClick={() => confirm.mutate()}
          >
            {confirm.isPending ? t("authenticate.working") : t("authenticate.act")}
          </Button>
          <ButtonLink to="/billing">{t("authenticate.card")}</ButtonLink>
        </div>
      </Panel>
    </>
  );
}
