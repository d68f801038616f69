import { render, screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Invoice } from "@/api/queries";
import { DocumentLines } from "@/billing/DocumentLines";

const usd = (amount: number) => ({ amount, currency: "USD" });

const CREDIT_NOTE: Invoice = {
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
  bill_to: {
    line1: "1 Main St",
    line2: null,
    city: "Redmond",
    state: "WA",
    postal_code: "98052",
    country: "US",
  },
  corrects: "ABCDEF-0001",
  corrects_id: "inv_1",
  used_days: 2,
  cycle_days: 31,
  refunded_at: "2026-07-17T10:00:00Z",
};

it("a credit note gives back its total, and its price per user stays a price", () => {
  render(<DocumentLines document={CREDIT_NOTE} />);
  const total = screen.getByRole("row", { name: /total given back/i });
  expect(within(total).getByRole("cell").textContent).toBe("\u2212$94.30");
  expect(screen.getByText("$10.08")).toBeTruthy();
});

it("an invoice takes its total", () => {
  render(<DocumentLines document={{ ...CREDIT_NOTE, kind: "invoice", total: usd(10080) }} />);
  const total = screen.getByRole("row", { name: /^total/i });
  expect(within(total).getByRole("cell").textContent).toBe("$100.80");
});
