import { useState } from "react";
import type { Subscription } from "@/api/queries";
import { AccountFacts } from "@/client/AccountFacts";
import { AccountSetUp } from "@/client/AccountSetUp";
import { next } from "@/client/next";
import { OneSubscription } from "@/client/OneSubscription";
import { Quoted } from "@/client/Quoted";
import { Said } from "@/client/Said";
import { useTexts } from "@/client/texts";
import type { Viewer } from "@/client/viewer";
import { WhatNow } from "@/client/WhatNow";
import { useCommon } from "@/i18n/common";
import { useFormats } from "@/i18n/formats";
import { ButtonLink } from "@/look/AppLink";
import { Nothing } from "@/look/Nothing";
import { Panel } from "@/look/Panel";

/** "Set up account": the Microsoft account that the subscription will belong to. */
export function Account() {
  const { t } = useTexts();
  const common = useCommon();
  return (
    <OneSubscription
      title={t("account.title")}
      lead={(subscription) =>
        t("account.lead", {
          plan: subscription.plan.name,
          users: common.t("say.users", { count: subscription.seats }),
        })
      }
    >
      {(subscription, viewer) => <SettingUp subscription={subscription} viewer={viewer} />}
    </OneSubscription>
  );
}

export function SettingUp({ subscription, viewer }: { subscription: Subscription; viewer: Viewer }) {
  const { t } = useTexts();
  const formats = useFormats();
  const [done, setDone] = useState(false);
  const back = (
    <ButtonLink
      to="/subscriptions/$id"
      params={{ id: subscription.id }}
      appearance={done ? "primary" : undefined}
    >
      {t("back.return")}
    </ButtonLink>
  );
  const account = subscription.microsoft_account;

  if (!done && subscription.available_actions.includes("submit_microsoft_account")) {
    const { reason } = next(subscription, viewer, formats);
    return (
      <>
        {subscription.status === "failed" && (
          <Panel title={t("account.refused")}>{reason && <Quoted>{reason}</Quoted>}</Panel>
        )}
        <AccountSetUp subscription={subscription} onDone={() => setDone(true)} />
      </>
    );
  }
  if (!account) {
    return <Nothing title={t("account.not_now_title")}>{back}</Nothing>;
  }
  return (
    <>
      {done ? (
        <Said title={t("account.done_title")}>{t("account.done_text")}</Said>
      ) : (
        <WhatNow subscription={subscription} viewer={viewer} />
      )}
      <Panel title={t("account.submitted")}>
        <AccountFacts
          account={account}
          domain={account.domain}
          also={[
            [t("account.submitted_on"), formats.instant(account.submitted_at)],
            [t("page.admin"), account.admin_user_name],
          ]}
        />
        <div>{back}</div>
      </Panel>
    </>
  );
}
