import type { ReactNode } from "react";
import type { Subscription } from "@/api/queries";
import { AddressLines } from "@/client/AddressLines";
import { useTexts } from "@/client/texts";
import type { Viewer } from "@/client/viewer";
import { useCommon } from "@/i18n/common";
import { useFormats } from "@/i18n/formats";
import { Facts } from "@/look/Facts";
import { Panel } from "@/look/Panel";

/** What was bought, by whom, and for how much. */
export function SubscriptionFacts({ subscription, viewer }: { subscription: Subscription; viewer: Viewer }) {
  const { t } = useTexts();
  const common = useCommon();
  const { day, money, number } = useFormats();
  const { current_term: term, client, freelancer } = subscription;
  const others: [string, ReactNode][] =
    viewer !== "delegate"
      ? [] // a client knows, and operators have a panel of their own
      : [
          [t("page.client"), client.name],
          [t("page.email"), client.email],
          [t("page.address"), <AddressLines key="address" of={client.address} />],
        ];
  return (
    <Panel title={t("page.details")}>
      <Facts
        of={[
          ...others,
          [t("page.plan"), subscription.plan.name],
          [t("page.users"), number(subscription.seats)],
          [t("page.period"), common.t(`say.${subscription.billing_period}`)],
          [
            t("page.term"),
            term ? t("page.term_days", { start: day(term.start), end: day(term.end) }) : t("page.no_term"),
          ],
          [t("page.price"), term && money(term.unit_price)],
          [t("page.paid"), term && money(term.price)],
          [t("page.purchased"), day(subscription.purchased_at)],
          [t("page.activated"), subscription.activated_at && day(subscription.activated_at)],
          [t("page.seller"), freelancer?.display_name],
          [t("page.id"), subscription.id],
        ]}
      />
    </Panel>
  );
}
