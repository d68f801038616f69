import { CheckmarkCircleRegular } from "@fluentui/react-icons";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/api/client";
import { useIntent } from "@/api/intent";
import { all, type Subscription } from "@/api/queries";
import { useFormats } from "@/i18n/formats";
import { AppLink } from "@/look/AppLink";
import { Done } from "@/look/Done";
import { Facts } from "@/look/Facts";
import { Loaded } from "@/look/Loaded";
import { More } from "@/look/More";
import { Nothing } from "@/look/Nothing";
import { Page } from "@/look/Page";
import { Decision, Waiting } from "@/operator/Decision";
import { reviews } from "@/operator/queries";
import { useTexts } from "@/operator/texts";

/** R17: every account is reviewed. */
export function Reviews() {
  const { t } = useTexts();
  const query = useInfiniteQuery(reviews());
  const client = useQueryClient();
  const [said, setSaid] = useState("");

  const decided = (subscription: Subscription, approved: boolean) => {
    const name = subscription.microsoft_account?.account_name ?? subscription.id;
    setSaid(t(approved ? "reviews.approved" : "reviews.rejected", { name }));
    void client.invalidateQueries({ queryKey: ["subscription", subscription.id] });
    void client.invalidateQueries({ queryKey: reviews().queryKey });
  };
  return (
    <Page title={t("tabs.reviews")} lead={t("reviews.lead")}>
      <Done text={said} />
      <Loaded query={query} lines={8}>
        {(pages) =>
          all(pages).length ? (
            <Waiting of={all(pages)} each={(one) => <Review subscription={one} decided={decided} />} />
          ) : (
            <Nothing
              picture={<CheckmarkCircleRegular />}
              title={t("reviews.none")}
              text={t("reviews.none_text")}
            />
          )
        }
      </Loaded>
      <More query={query} />
    </Page>
  );
}

interface Given {
  subscription: Subscription;
  decided: (subscription: Subscription, approved: boolean) => void;
}

function Review({ subscription, decided }: Given) {
  const { t } = useTexts();
  const format = useFormats();
  const intent = useIntent();
  const account = subscription.microsoft_account;
  if (!account) return null;

  const decide = async (approve: boolean, reason: string | null) => {
    await intent((key) =>
      api.POST("/v1/admin/reviews/{subscription_id}/decision", {
        params: { path: { subscription_id: subscription.id }, header: { "Idempotency-Key": key } },
        body: { approve, reason },
      }),
    );
    decided(subscription, approve);
  };
  const { address, primary_contact: contact } = account;
  return (
    <Decision name={account.account_name} decide={decide}>
      <Facts
        of={[
          [
            t("reviews.domain"),
            `${account.domain} · ${t(account.existing_customer ? "reviews.existing_customer" : "reviews.new_customer")}`,
          ],
          [
            t("reviews.address"),
            [
              address.line1,
              address.line2,
              address.city,
              `${address.state} ${address.postal_code}`,
              address.country,
            ]
              .filter(Boolean)
              .join(", "),
          ],
          [
            t("reviews.contact"),
            `${contact.first_name} ${contact.last_name} · ${contact.email} · ${contact.phone}`,
          ],
          [t("reviews.client"), `${subscription.client.name} · ${subscription.client.email}`],
          [t("reviews.seller"), subscription.freelancer?.display_name],
          [
            t("reviews.bought"),
            <AppLink key="bought" to="/subscriptions/$id" params={{ id: subscription.id }}>
              {subscription.plan.name} × {subscription.seats}
            </AppLink>,
          ],
          [t("reviews.submitted"), format.instant(account.submitted_at)],
        ]}
      />
    </Decision>
  );
}
