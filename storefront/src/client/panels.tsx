/** The parts of a subscription's page, each with the way to what can be done there. */
import { makeStyles, Text, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";
import type { Subscription } from "@/api/queries";
import { items } from "@/client/ActionsMenu";
import { Countdown } from "@/client/Countdown";
import { useTexts } from "@/client/texts";
import type { Viewer } from "@/client/viewer";
import { useFormats } from "@/i18n/formats";
import { ButtonLink } from "@/look/AppLink";
import { Facts } from "@/look/Facts";
import { Panel } from "@/look/Panel";

interface Given {
  subscription: Subscription;
  viewer: Viewer;
}

const useStyles = makeStyles({
  ways: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS, marginTop: "auto" },
  text: { color: tokens.colorNeutralForeground2 },
});

function Ways({ children }: { children: ReactNode }) {
  return <div className={useStyles().ways}>{children}</div>;
}

/** Whether it renews. */
export function RenewalPanel({ subscription }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const over = subscription.status === "expired" || subscription.status === "canceled";
  return (
    <Panel title={t("page.renewal")}>
      <Text className={styles.text}>
        {t(over ? "page.renewal_over" : subscription.auto_renew ? "page.renewal_on" : "page.renewal_off")}
      </Text>
      {items(subscription).includes("renewal") && (
        <Ways>
          <ButtonLink to="/subscriptions/$id/renewal" params={{ id: subscription.id }}>
            {t("page.renewal_act")}
          </ButtonLink>
        </Ways>
      )}
    </Panel>
  );
}

/** Which Microsoft account it belongs to, and how far that is. */
export function AccountPanel({ subscription, viewer }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const { day } = useFormats();
  const account = subscription.microsoft_account;
  const maySubmit = items(subscription).includes("account");
  return (
    <Panel title={t("page.account")}>
      {account ? (
        <Facts
          of={[
            [t("page.domain"), account.domain],
            [t("page.account_name"), account.account_name],
            [t("page.review"), t(`page.review_${account.review}`)],
            [
              t("page.agreement_accepted"),
              account.agreement_accepted_at && day(account.agreement_accepted_at),
            ],
            [t("page.admin"), account.admin_user_name],
          ]}
        />
      ) : (
        <Text className={styles.text}>{t("page.account_none")}</Text>
      )}
      {(account || maySubmit) && (
        <Ways>
          <ButtonLink to="/subscriptions/$id/account" params={{ id: subscription.id }}>
            {t(maySubmit ? "page.account_act" : "page.account_see")}
          </ButtonLink>
          {viewer === "client" && subscription.activated_at && account?.admin_user_name && (
            <ButtonLink
              to="/subscriptions/$id/credentials"
              params={{ id: subscription.id }}
              appearance="transparent"
            >
              {t("page.credentials_act")}
            </ButtonLink>
          )}
        </Ways>
      )}
    </Panel>
  );
}

/** Who may manage it besides the client. */
export function PermissionsPanel({ subscription, viewer }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const { day } = useFormats();
  const { delegation, freelancer } = subscription;
  const at = delegation.status === "revoked" ? delegation.ended_at : delegation.decided_at;
  const access = delegation.microsoft_access.status;
  return (
    <Panel title={t("page.permissions")}>
      <Text className={styles.text}>
        {t(freelancer ? `page.delegation_${delegation.status}` : "page.delegation_no_seller", {
          name: freelancer?.display_name,
          date: at ? day(at) : "",
          context: viewer,
        })}
      </Text>
      {access !== "none" && <Facts of={[[t("page.access"), t(`page.access_${access}`)]]} />}
      {items(subscription).includes("permissions") && (
        <Ways>
          <ButtonLink to="/subscriptions/$id/permissions" params={{ id: subscription.id }}>
            {t("page.permissions_act")}
          </ButtonLink>
        </Ways>
      )}
    </Panel>
  );
}

/** Until when it can be canceled, with what coming back; or how it was. */
export function CancellationPanel({ subscription, viewer }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const { day, instant, money } = useFormats();
  const { cancellation, status, available_actions: actions } = subscription;
  const may = items(subscription).includes("cancel");
  const partly = cancellation.allowed_until !== cancellation.full_refund_until;
  const over = status === "expired" || status === "canceled";
  if (cancellation.canceled_at) {
    const failed = cancellation.refund_status === "refund_failed";
    const given = (amount: string) => (failed ? t("page.refund_failed", { amount }) : amount);
    return (
      <Panel title={t("page.cancellation")}>
        <Facts
          of={[
            [t("page.canceled_on"), day(cancellation.canceled_at)],
            [t("page.canceled_refund"), cancellation.refund && given(money(cancellation.refund))],
            [t("page.canceled_reason"), cancellation.reason],
          ]}
        />
      </Panel>
    );
  }
  // An operator never cancels: to them the days are facts, and no offer.
  if (may || (viewer === "operator" && !over)) {
    return (
      <Panel title={t("page.cancellation")}>
        <Facts
          of={[
            [t("page.cancel_full"), instant(cancellation.full_refund_until)],
            [t("page.cancel_part"), partly ? instant(cancellation.allowed_until) : null],
            [t("page.cancel_left"), <Countdown key="left" until={cancellation.allowed_until} />],
          ]}
        />
        {may && (
          <Ways>
            <ButtonLink to="/subscriptions/$id/cancel" params={{ id: subscription.id }}>
              {t("page.cancel_act")}
            </ButtonLink>
          </Ways>
        )}
      </Panel>
    );
  }
  return (
    <Panel title={t("page.cancellation")}>
      <Text className={styles.text}>
        {over ? t("page.cancel_over") : t("page.cancel_closed", { date: day(cancellation.allowed_until) })}{" "}
        {actions.includes("turn_renewal_off") && t("page.cancel_remains")}
      </Text>
    </Panel>
  );
}

/** What was paid; the API shows it to the client and to operators alone. */
export function BillingPanel({ subscription, viewer }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const { day, money } = useFormats();
  const invoice = subscription.latest_invoice;
  if (!invoice) return null;
  return (
    <Panel title={t("page.billing")}>
      <Text className={styles.text}>
        {t("page.billing_latest", {
          number: invoice.number,
          total: money(invoice.total),
          date: day(invoice.charged_at),
        })}
      </Text>
      {viewer === "client" && (
        <Ways>
          <ButtonLink to="/billing/$id" params={{ id: invoice.id }}>
            {t("page.billing_act")}
          </ButtonLink>
          <ButtonLink to="/billing" appearance="transparent">
            {t("page.billing_all")}
          </ButtonLink>
        </Ways>
      )}
    </Panel>
  );
}
