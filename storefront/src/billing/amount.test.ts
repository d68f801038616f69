import { describe, expect, it } from "vitest";
import { amountOf } from "@/billing/amount";
import { formats } from "@/i18n/formats";

const money = { amount: 9430, currency: "USD" };

describe("an amount of a document", () => {
  it("is shown as it is on an invoice", () => {
    expect(amountOf({ kind: "invoice" }, money, formats("en"))).toBe("$94.30");
  });

  it("has a minus before it on a credit note, whose amounts the API gives as positive", () => {
    expect(amountOf({ kind: "credit_note" }, money, formats("en"))).toBe("\u2212$94.30");
    expect(amountOf({ kind: "credit_note" }, money, formats("fr"))).toMatch(/^\u221294,30\s\$$/);
  });

  it("has no minus where nothing goes back", () => {
    expect(amountOf({ kind: "credit_note" }, { amount: 0, currency: "USD" }, formats("en"))).toBe("$0.00");
  });
});
