import { describe, expect, it } from "vitest";
import type { Schemas } from "@/api/client";
import { stateOf } from "@/operator/Prices";

const row = (valid_from: string, plan_id = "business-basic"): Schemas["Price"] => ({
  plan_id,
  billing_period: "monthly",
  country: "US",
  unit_price: { amount: 840, currency: "USD" },
  valid_from,
});

describe("where a price stands", () => {
  const list = [
    row("2027-01-01"),
    row("2026-07-01"),
    row("2022-03-01"),
    row("2022-03-01", "apps-for-business"),
  ];

  it("is in force from its day on, until the next one's", () => {
    expect(list.map((each) => stateOf(each, list, "2026-11-22"))).toEqual([
      "coming",
      "current",
      "past",
      "current",
    ]);
    expect(list.map((each) => stateOf(each, list, "2027-01-01"))).toEqual([
      "current",
      "past",
      "past",
      "current",
    ]);
  });
});
