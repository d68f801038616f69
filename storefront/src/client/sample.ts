import type { Schemas } from "@/api/client";
import type { Subscription } from "@/api/queries";
import { ADDRESS, usd } from "@/api/sample";

/** A subscription for tests: ten users of Business Basic, active, in the middle of its window. */
export function sample(other: Partial<Subscription> = {}): Subscription {
  return {
    id: "sub_1",
    status: "active",
    plan: { id: "business-basic", name: "Microsoft 365 Business Basic" },
    seats: 10,
    billing_period: "monthly",
    country: "US",
    auto_renew: true,
    purchased_at: "2026-11-20T09:00:00Z",
    activated_at: "2026-11-20T12:00:00Z",
    activation_deadline: "2026-12-04T09:00:00Z",
    current_term: {
      start: "2026-11-20T12:00:00Z",
      end: "2026-12-20T12:00:00Z",
      price: usd(8400),
      unit_price: usd(840),
    },
    cancellation: {
      allowed_until: "2026-11-27T12:00:00Z",
      full_refund_until: "2026-11-21T09:00:00Z",
      canceled_at: null,
      rule: null,
      refund: null,
      refund_status: null,
      reason: null,
    },
    expired_at: null,
    expires_cancels_at: null,
    payment_issue: null,
    suspension: null,
    microsoft_account: null,
    client: { name: "Carl Jensen", email: "carl@client.example", address: ADDRESS },
    freelancer: { display_name: "Frida" },
    delegation: {
      status: "none",
      terms_version: null,
      requested_at: null,
      decided_at: null,
      ended_at: null,
      ended_by: null,
      microsoft_access: { status: "none", approval_url: null },
    },
    available_actions: ["cancel", "turn_renewal_off", "delegate"],
    latest_invoice: {
      id: "inv_1",
      number: "ABC-0001",
      total: usd(8400),
      charged_at: "2026-11-20T09:00:00Z",
    },
    version: 6,
    ...other,
  };
}

/** The Microsoft account of it, for tests. */
export function sampleAccount(other: Partial<Schemas["MicrosoftAccount"]> = {}): Schemas["MicrosoftAccount"] {
  return {
    existing_customer: false,
    domain: "carlsbakery.onmicrosoft.com",
    account_name: "Carl’s Bakery",
    address: ADDRESS,
    primary_contact: {
      first_name: "Carl",
      last_name: "Jensen",
      email: "carl@client.example",
      phone: "+12065550100",
    },
    submitted_at: "2026-11-20T10:00:00Z",
    review: "pending",
    review_reason: null,
    agreement_url: null,
    agreement_accepted_at: null,
    admin_user_name: null,
    ...other,
  };
}

/** A refund in three steps, for tests. */
export const STEPS: Schemas["RefundStep"][] = [
  { from: "2026-11-20T12:00:00Z", until: "2026-11-21T12:00:00Z", refund: usd(8400), rule: "within_24_hours" },
  {
    from: "2026-11-21T12:00:00.000001Z",
    until: "2026-11-21T23:59:59.999999Z",
    refund: usd(8120),
    rule: "prorated",
  },
  { from: "2026-11-22T00:00:00Z", until: "2026-11-22T12:00:00Z", refund: usd(7840), rule: "prorated" },
];
