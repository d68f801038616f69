import type { Invoice } from "@/api/queries";
import { ADDRESS, usd } from "@/api/sample";

/** A credit note for tests: 94.30 of 100.80. */
export const CREDIT_NOTE: Invoice = {
  id: "inv_2",
  kind: "credit_note",
  number: "ABCDEF-0002",
  subscription_id: "sub_1",
  issued_at: "2026-07-17T10:00:00Z",
  plan: { id: "business-basic", name: "Microsoft 365 Business Basic" },
  seats: 10,
  billing_period: "monthly",
  period: { start: "2026-07-15T10:00:00Z", end: "2026-08-15T10:00:00Z" },
  unit_price: usd(1008),
  subtotal: usd(9430),
  tax: usd(0),
  total: usd(9430),
  status: "refunded",
  bill_to: ADDRESS,
  corrects: "ABCDEF-0001",
  corrects_id: "inv_1",
  used_days: 2,
  cycle_days: 31,
  refunded_at: "2026-07-17T10:00:00Z",
};
