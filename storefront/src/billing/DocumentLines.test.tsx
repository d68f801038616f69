import { render, screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { usd } from "@/api/sample";
import { DocumentLines } from "@/billing/DocumentLines";
import { CREDIT_NOTE } from "@/billing/sample";

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
