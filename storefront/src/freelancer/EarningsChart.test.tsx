import { render, screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { usd } from "@/api/sample";
import { EarningsChart } from "@/freelancer/EarningsChart";

it("the bars' amounts can be heard, month by month", () => {
  const line = {
    invoice_id: "inv_1",
    subscription_id: "sub_1",
    cycle: 0,
    state: "earned",
    rate: 1000,
    net: usd(79200),
    accrued: usd(7920),
    pending: usd(0),
    earned: usd(65),
    reversed: usd(7855),
    accrued_at: "2026-12-22T10:00:00Z",
    earned_at: null,
    reversed_at: null,
    paid: usd(0),
    waiting: usd(65),
    paid_at: null,
  };
  render(<EarningsChart earnings={[line, { ...line, invoice_id: "inv_2" }]} currency="USD" />);
  const row = screen.getByRole("row", { name: /December 2026/ });
  expect(
    within(row)
      .getAllByRole("cell")
      .map((cell) => cell.textContent),
  ).toEqual(["$1.30", "$0.00", "$157.10"]);
});
