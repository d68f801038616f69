import { describe, expect, it } from "vitest";
import type { Schemas } from "@/api/client";
import { usd } from "@/api/sample";
import { months, top } from "@/freelancer/months";

function earning(accrued_at: string, pending: number, earned: number, reversed: number): Schemas["Earning"] {
  return {
    invoice_id: `inv_${accrued_at}`,
    subscription_id: "sub_1",
    cycle: 0,
    state: "earned",
    rate: 1000,
    net: usd((pending + earned + reversed) * 10),
    accrued: usd(pending + earned + reversed),
    pending: usd(pending),
    earned: usd(earned),
    reversed: usd(reversed),
    accrued_at,
    earned_at: null,
    reversed_at: null,
    paid: usd(0),
    waiting: usd(0),
    paid_at: null,
  };
}

describe("months of earnings", () => {
  it("adds up each state of a month's payments", () => {
    expect(
      months([
        earning("2026-11-30T23:59:59Z", 0, 65, 7855),
        earning("2026-11-01T00:00:00Z", 840, 0, 0),
        earning("2026-11-15T10:00:00Z", 672, 0, 0),
      ]),
    ).toEqual([{ month: "2026-11", pending: 1512, earned: 65, reversed: 7855, total: 9432 }]);
  });

  it("goes from the oldest to the newest and leaves out no month between, across a year", () => {
    const found = months([
      earning("2027-02-01T00:00:00Z", 5, 0, 0),
      earning("2026-11-01T00:00:00Z", 0, 7, 0),
    ]);
    expect(found.map(({ month, total }) => [month, total])).toEqual([
      ["2026-11", 7],
      ["2026-12", 0],
      ["2027-01", 0],
      ["2027-02", 5],
    ]);
  });

  it("shows the latest twelve", () => {
    const found = months([
      earning("2028-05-01T00:00:00Z", 1, 0, 0),
      earning("2026-11-01T00:00:00Z", 0, 7, 0),
    ]);
    expect([found.length, found[0]?.month]).toEqual([12, "2027-06"]);
  });

  it("are none without earnings", () => {
    expect(months([])).toEqual([]);
  });
});

it("an axis ends at a round amount that has room for the largest", () => {
  expect([1, 940, 1000, 1001, 4999, 9432].map(top)).toEqual([1, 1000, 1000, 2000, 5000, 10000]);
});
