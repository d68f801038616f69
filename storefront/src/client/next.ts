import type { Subscription } from "@/api/queries";
import type { Viewer } from "@/client/viewer";
import type { Formats } from "@/i18n/formats";

export type NextKey =
  | "pending"
  | "checking"
  | "preparing"
  | "agreement"
  | "provisioning"
  | "failed"
  | "renews"
  | "ends"
  | "confirm"
  | "confirm_now"
  | "declined"
  | "declined_now"
  | "suspended"
  | "expired"
  | "refunded"
  | "refund_failed"
  | "canceled";

/** What there is to do: a page of ours, or one elsewhere. */
export type NextAct =
  | { label: "account" | "again"; to: "/subscriptions/$id/account" }
  | { label: "authenticate"; to: "/subscriptions/$id/authenticate" }
  | { label: "card"; to: "/billing" }
  | { label: "plans"; to: "/" }
  | { label: "agreement"; href: string }
  | { label: "support"; mail: true };

export interface Next {
  key: NextKey;
  /** Whether it is urgent: something is wrong, somebody has to do something, or all is well. */
  tone: "error" | "warning" | "info";
  /** What the texts of this key are filled with. */
  values: Record<string, string>;
  /** Why, in the words of whoever decided; shown as they are. */
  reason?: string | null;
  act?: NextAct;
}

/** What the status means now, and what comes next: chosen by what the API says, and by nothing else. */
export function next(subscription: Subscription, viewer: Viewer, formats: Formats): Next {
  const { microsoft_account: account, current_term: term, cancellation } = subscription;
  const maySubmit = subscription.available_actions.includes("submit_microsoft_account");
  const deadline = formats.day(subscription.activation_deadline);
  const end = term ? formats.day(term.end) : "";

  switch (subscription.status) {
    case "pending":
      return {
        key: "pending",
        tone: "warning",
        values: { deadline },
        act: maySubmit ? { label: "account", to: "/subscriptions/$id/account" } : undefined,
      };
    case "connecting":
      if (account?.review === "pending") return { key: "checking", tone: "info", values: {} };
      if (account?.agreement_accepted_at) return { key: "provisioning", tone: "info", values: {} };
      if (!account?.agreement_url) return { key: "preparing", tone: "info", values: {} };
      return {
        key: "agreement",
        tone: "warning",
        values: { deadline },
        act: viewer === "operator" ? undefined : { label: "agreement", href: account.agreement_url },
      };
    case "failed":
      return {
        key: "failed",
        tone: "error",
        values: { deadline },
        reason: account?.review_reason,
        act: maySubmit ? { label: "again", to: "/subscriptions/$id/account" } : undefined,
      };
    case "active":
      if (subscription.payment_issue) return unpaid(subscription.payment_issue, viewer, formats);
      return subscription.auto_renew
        ? { key: "renews", tone: "info", values: { end, price: term ? formats.money(term.price) : "" } }
        : { key: "ends", tone: "info", values: { end } };
    case "suspended":
      return {
        key: "suspended",
        tone: "error",
        values: { end },
        reason: subscription.suspension?.reason,
        act: viewer === "operator" ? undefined : { label: "support", mail: true },
      };
    case "expired":
      return {
        key: "expired",
        tone: "warning",
        values: {
          until: subscription.expires_cancels_at ? formats.day(subscription.expires_cancels_at) : "",
        },
        act: viewer === "client" ? { label: "plans", to: "/" } : undefined,
      };
    case "canceled": {
      const date = cancellation.canceled_at ? formats.day(cancellation.canceled_at) : "";
      if (!cancellation.refund?.amount) return { key: "canceled", tone: "info", values: { date } };
      const values = { date, refund: formats.money(cancellation.refund) };
      if (cancellation.refund_status !== "refund_failed") return { key: "refunded", tone: "info", values };
      return {
        key: "refund_failed",
        tone: "warning",
        values,
        act: viewer === "operator" ? undefined : { label: "support", mail: true },
      };
    }
  }
}

/** A renewal that was declined; only the client holds the card. */
function unpaid(issue: NonNullable<Subscription["payment_issue"]>, viewer: Viewer, formats: Formats): Next {
  const asked = issue.decline_code === "authentication_required";
  const values = { amount: formats.money(issue.amount) };
  const act: NextAct = asked
    ? { label: "authenticate", to: "/subscriptions/$id/authenticate" }
    : { label: "card", to: "/billing" };
  const found: Pick<Next, "tone" | "act"> = { tone: "error", act: viewer === "client" ? act : undefined };
  if (!issue.next_attempt_at) return { ...found, key: asked ? "confirm_now" : "declined_now", values };
  return {
    ...found,
    key: asked ? "confirm" : "declined",
    values: { ...values, attempt: formats.instant(issue.next_attempt_at) },
  };
}
