import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { cancellation, type Subscription } from "@/api/queries";
import { CancelForm } from "@/client/CancelForm";
import { OneSubscription } from "@/client/OneSubscription";
import { Said } from "@/client/Said";
import { useTexts } from "@/client/texts";
import type { Viewer } from "@/client/viewer";
import { useFormats } from "@/i18n/formats";
import { ButtonLink } from "@/look/AppLink";
import { Loaded } from "@/look/Loaded";
import { Nothing } from "@/look/Nothing";

/** "Cancel": what comes back now and later, and the way to do it. */
export function Cancel() {
  const { t } = useTexts();
  return (
    <OneSubscription title={t("cancel.title")} lead={(subscription) => subscription.plan.name}>
      {(subscription, viewer) => <Canceling subscription={subscription} viewer={viewer} />}
    </OneSubscription>
  );
}

interface Given {
  subscription: Subscription;
  viewer: Viewer;
}

export function Canceling({ subscription, viewer }: Given) {
  const { t } = useTexts();
  const { money } = useFormats();
  const [ended, setEnded] = useState<Subscription | null>(null);
  const over = subscription.status === "canceled";
  const preview = useQuery({ ...cancellation(subscription.id), enabled: !over });
  const back = (
    <ButtonLink
      to="/subscriptions/$id"
      params={{ id: subscription.id }}
      appearance={ended ? "primary" : undefined}
    >
      {t("back.return")}
    </ButtonLink>
  );

  if (ended) {
    const refund = ended.cancellation.refund;
    return (
      <>
        <Said title={t("cancel.done_title")}>
          {refund?.amount ? t("cancel.done_refund", { amount: money(refund) }) : t("cancel.done_nothing")}
        </Said>
        <div style={{ display: "flex", flexWrap: "wrap", gap: 12 }}>
          {back}
          {viewer === "client" && <ButtonLink to="/billing">{t("cancel.done_billing")}</ButtonLink>}
        </div>
      </>
    );
  }
  if (over)
    return (
      <Nothing title={t("cancel.over_title")} text={t("cancel.over_text")}>
        {back}
      </Nothing>
    );
  return (
    <Loaded query={preview} lines={14}>
      {(found) => {
        if (!found.allowed) return <Closed subscription={subscription} preview={found} />;
        if (!subscription.available_actions.includes("cancel"))
          return <Nothing title={t("cancel.not_yours")}>{back}</Nothing>;
        return (
          <CancelForm
            subscription={subscription}
            viewer={viewer}
            preview={found}
            refetch={async () => (await preview.refetch()).data}
            onEnded={setEnded}
          />
        );
      }}
    </Loaded>
  );
}

/** Too late: what remains is that it does not renew (R61). */
function Closed({
  subscription,
  preview,
}: {
  subscription: Subscription;
  preview: Schemas["CancellationPreview"];
}) {
  const { t } = useTexts();
  const { day, instant } = useFormats();
  const off = subscription.available_actions.includes("turn_renewal_off");
  const term = subscription.current_term;
  if (subscription.status === "expired" || !term)
    return (
      <Nothing title={t("cancel.over_title")} text={t("cancel.over_text")}>
        <ButtonLink to="/subscriptions/$id" params={{ id: subscription.id }}>
          {t("back.return")}
        </ButtonLink>
      </Nothing>
    );
  return (
    <Nothing
      title={t("cancel.closed_title")}
      text={t(off ? "cancel.closed_text" : "cancel.closed_off", {
        date: instant(preview.allowed_until),
        end: day(term.end),
      })}
    >
      {off && (
        <ButtonLink to="/subscriptions/$id/renewal" params={{ id: subscription.id }} appearance="primary">
          {t("cancel.closed_act")}
        </ButtonLink>
      )}
    </Nothing>
  );
}
