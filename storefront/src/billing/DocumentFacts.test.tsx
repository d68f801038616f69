import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import type { Invoice } from "@/api/queries";
import { DocumentFacts } from "@/billing/DocumentFacts";
import { CREDIT_NOTE } from "@/billing/sample";
import { answering, onStage } from "@/client/stage";

const INVOICE: Invoice = {
  ...CREDIT_NOTE,
  id: "inv_1",
  kind: "invoice",
  number: "ABCDEF-0001",
  status: "paid",
  corrects: null,
  corrects_id: null,
};
const other = (number: number): Invoice => ({
  ...INVOICE,
  id: `inv_${number}`,
  number: `ABCDEF-000${number}`,
});
/** The list, newest first, a page at a time. */
const PAGES: Record<string, { data: Invoice[]; next_cursor: string | null }> = {
  first: { data: [other(5), other(4)], next_cursor: "second" },
  second: { data: [other(3), CREDIT_NOTE], next_cursor: "third" },
  third: { data: [INVOICE], next_cursor: "fourth" },
  fourth: { data: [other(0)], next_cursor: null },
};

it("an invoice says what corrects it, however much came since; nothing older is read", async () => {
  const asked = answering(({ path }) => [200, PAGES[/cursor=(\w+)/.exec(path)?.[1] ?? "first"]]);
  onStage(<DocumentFacts document={INVOICE} />);
  expect(await screen.findByRole("link", { name: "ABCDEF-0002" })).toBeTruthy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(asked.map(({ path }) => /cursor=(\w+)/.exec(path)?.[1] ?? "first")).toEqual([
    "first",
    "second",
    "third",
  ]);
});

it("a list that does not answer is not asked on and on", async () => {
  const asked = answering(({ path }) =>
    path.includes("cursor")
      ? [400, { code: "invalid_cursor", status: 400, title: "No", detail: "No." }]
      : [200, PAGES.first],
  );
  onStage(<DocumentFacts document={INVOICE} />);
  await screen.findByText("ABCDEF-0001");
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(asked).toHaveLength(2);
});
