import { Button, makeStyles, Spinner, Switch, Text, tokens } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api, body } from "@/api/client";
import type { Subscription } from "@/api/queries";
import { useChanged } from "@/client/changed";
import { OneSubscription } from "@/client/OneSubscription";
import { Said } from "@/client/Said";
import { useTexts } from "@/client/texts";
import { useCommon } from "@/i18n/common";
import { useFormats } from "@/i18n/formats";
import { ButtonLink } from "@/look/AppLink";
import { Nothing } from "@/look/Nothing";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";

const useStyles = makeStyles({
  ways: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
  switch: { marginInlineStart: "-8px" }, // its own padding: it lines up with the text
  quiet: { color: tokens.colorNeutralForeground3 },
  text: { minHeight: "40px", "@media (max-width: 480px)": { minHeight: "100px" } }, // both texts have room: nothing jumps when it is switched
});

/** "Manage renewal": what happens when the term ends, and the choice. */
export function Renewal() {
  const { t } = useTexts();
  return (
    <OneSubscription title={t("renewal.title")} lead={t("renewal.lead")}>
      {(subscription) =>
        choice(subscription) ? <Choice subscription={subscription} /> : <NotNow subscription={subscription} />
      }
    </OneSubscription>
  );
}

function choice({ available_actions: actions }: Subscription): boolean {
  return actions.includes("turn_renewal_off") || actions.includes("turn_renewal_on");
}

function NotNow({ subscription }: { subscription: Subscription }) {
  const { t } = useTexts();
  return (
    <Nothing title={t("renewal.not_now_title")} text={t("renewal.not_now_text")}>
      <ButtonLink to="/subscriptions/$id" params={{ id: subscription.id }}>
        {t("back.return")}
      </ButtonLink>
    </Nothing>
  );
}

function Choice({ subscription }: { subscription: Subscription }) {
  const styles = useStyles();
  const { t } = useTexts();
  const common = useCommon();
  const { day } = useFormats();
  const changed = useChanged();
  const [wanted, setWanted] = useState(subscription.auto_renew);
  const apply = useMutation({
    mutationFn: (auto_renew: boolean) =>
      body(
        api.PUT("/v1/subscriptions/{id}/renewal", {
          params: { path: { id: subscription.id } },
          body: { auto_renew },
        }),
      ),
    onSuccess: changed,
  });
  const term = subscription.current_term;
  const same = wanted === subscription.auto_renew;
  const values = {
    end: term ? day(term.end) : "",
    period: t(subscription.billing_period === "monthly" ? "renewal.month" : "renewal.year"),
  };

  return (
    <>
      {apply.isSuccess && same && (
        <Said title={t(subscription.auto_renew ? "renewal.done_on" : "renewal.done_off")} />
      )}
      {apply.isError && <ProblemNotice error={apply.error} retry={() => apply.mutate(wanted)} />}
      <Panel>
        <Switch
          className={styles.switch}
          label={t("renewal.switch")}
          checked={wanted}
          onChange={(_, { checked }) => setWanted(checked)}
        />
        <Text className={styles.text} aria-live="polite">
          {t(says(wanted, term !== null), values)}
        </Text>
        <Text className={styles.quiet}>{t("renewal.effect")}</Text>
        {subscription.status === "suspended" && (
          <Text className={styles.quiet}>{t("renewal.suspended")}</Text>
        )}
        <div className={styles.ways}>
          <Button
            appearance="primary"
            disabledFocusable={same || apply.isPending}
            icon={apply.isPending ? <Spinner size="tiny" /> : undefined}
            onClick={() => apply.mutate(wanted)}
          >
            {apply.isPending ? t("renewal.applying") : common.t("act.apply")}
          </Button>
          <ButtonLink to="/subscriptions/$id" params={{ id: subscription.id }}>
            {t("back.return")}
          </ButtonLink>
        </div>
      </Panel>
    </>
  );
}

function says(on: boolean, begun: boolean) {
  if (begun) return on ? "renewal.on_term" : "renewal.off_term";
  return on ? "renewal.on_new" : "renewal.off_new";
}
