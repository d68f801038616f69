import { describe, expect, it } from "vitest";
import type { Subscription } from "@/api/queries";
import { next } from "@/client/next";
import { sample, sampleAccount } from "@/client/sample";
import { formats } from "@/i18n/formats";

const said = (other: Partial<Subscription>, viewer: "client" | "delegate" | "operator" = "client") =>
  next(sample(other), viewer, formats("en"));
const issue = {
  since: "2026-12-20T12:00:00Z",
  decline_code: "insufficient_funds",
  amount: { amount: 8400, currency: "USD" },
  next_attempt_at: "2026-12-21T12:00:00Z",
};

const ended = {
  allowed_until: "2026-12-20T12:00:00Z",
  full_refund_until: "2026-12-14T12:00:00Z",
  canceled_at: "2026-12-15T12:00:00Z",
  rule: "pro_rata",
  refund: { amount: 7000, currency: "USD" },
  reason: null,
};

describe("what comes next", () => {
  it("says of a canceled one where its money is", () => {
    const canceled = (refund_status: Subscription["cancellation"]["refund_status"]) =>
      said({ status: "canceled", available_actions: [], cancellation: { ...ended, refund_status } });
    expect(canceled("refunded")).toMatchObject({
      key: "refunded",
      tone: "info",
      values: { refund: "$70.00" },
    });
    expect(canceled(null)).toMatchObject({ key: "refunded" });
    expect(canceled("refund_failed")).toMatchObject({
      key: "refund_failed",
      tone: "warning",
      act: { label: "support" },
    });
  });

  it("asks for the account while none was submitted, and says until when", () => {
    const found = said({ status: "pending", available_actions: ["submit_microsoft_account"] });
    expect(found).toMatchObject({ key: "pending", values: { deadline: "December 4, 2026" } });
    expect(found.act).toEqual({ label: "account", to: "/subscriptions/$id/account" });
  });

  it("offers nothing that the API does not allow", () => {
    expect(said({ status: "pending", available_actions: [] }).act).toBeUndefined();
    expect(said({ status: "failed", available_actions: [] }).act).toBeUndefined();
  });

  it("follows an account from its review to Microsoft", () => {
    const at = (other: Parameters<typeof sampleAccount>[0]) =>
      said({ status: "connecting", microsoft_account: sampleAccount(other) });
    expect(at({ review: "pending" }).key).toBe("checking");
    expect(at({ review: "approved" }).key).toBe("preparing");
    const offered = at({ review: "approved", agreement_url: "https://microsoft.example/accept" });
    expect(offered).toMatchObject({
      key: "agreement",
      act: { label: "agreement", href: "https://microsoft.example/accept" },
    });
    const accepted = at({
      review: "approved",
      agreement_url: "https://microsoft.example/accept",
      agreement_accepted_at: "2026-11-21T10:00:00Z",
    });
    expect(accepted).toMatchObject({ key: "provisioning" });
    expect(accepted.act).toBeUndefined();
  });

  it("gives the reason of a refusal, and the way to submit again", () => {
    const found = said({
      status: "failed",
      available_actions: ["submit_microsoft_account"],
      microsoft_account: sampleAccount({ review: "rejected", review_reason: "Not your address." }),
    });
    expect(found).toMatchObject({ key: "failed", reason: "Not your address.", act: { label: "again" } });
  });

  it("says of an active one whether it renews or ends", () => {
    expect(said({})).toMatchObject({ key: "renews", values: { end: "December 20, 2026", price: "$84.00" } });
    expect(said({ auto_renew: false })).toMatchObject({ key: "ends", values: { end: "December 20, 2026" } });
  });

  it("leads to the bank where the bank asks, and to the card otherwise", () => {
    expect(said({ payment_issue: issue })).toMatchObject({ key: "declined", act: { to: "/billing" } });
    const asked = { ...issue, decline_code: "authentication_required" };
    expect(said({ payment_issue: asked })).toMatchObject({
      key: "confirm",
      act: { to: "/subscriptions/$id/authenticate" },
    });
    expect(said({ payment_issue: { ...asked, next_attempt_at: null } }).key).toBe("confirm_now");
    expect(said({ payment_issue: { ...issue, next_attempt_at: null } }).key).toBe("declined_now");
  });

  it("sends nobody but the client to the client's card", () => {
    expect(said({ payment_issue: issue }, "delegate").act).toBeUndefined();
    expect(said({ status: "expired" }, "delegate").act).toBeUndefined();
  });

  it("gives the reason of a suspension", () => {
    const found = said({ status: "suspended", suspension: { reason: "Spam.", at: "2026-11-21T10:00:00Z" } });
    expect(found).toMatchObject({ key: "suspended", reason: "Spam.", act: { label: "support" } });
  });

  it("says until when an expired one stays, and what a canceled one gave back", () => {
    expect(said({ status: "expired", expires_cancels_at: "2027-01-19T12:00:00Z" })).toMatchObject({
      key: "expired",
      values: { until: "January 19, 2027" },
    });
    const { cancellation } = sample();
    const over = { ...cancellation, canceled_at: "2026-11-22T10:00:00Z" };
    expect(
      said({ status: "canceled", cancellation: { ...over, refund: { amount: 7840, currency: "USD" } } }),
    ).toMatchObject({ key: "refunded", values: { refund: "$78.40", date: "November 22, 2026" } });
    expect(
      said({ status: "canceled", cancellation: { ...over, refund: { amount: 0, currency: "USD" } } }).key,
    ).toBe("canceled");
  });
});
