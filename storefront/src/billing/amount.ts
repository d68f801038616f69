import type { Invoice, Money } from "@/api/queries";
import type { Formats } from "@/i18n/formats";

/** A true minus, which no line breaks off and which screen readers say. */
const MINUS = "\u2212";

/** An amount of a document, as its reader sees it: the API gives credit notes positive amounts, which go back. */
export function amountOf(
  document: Pick<Invoice, "kind">,
  money: Money,
  format: Pick<Formats, "money">,
): string {
  const said = format.money(money);
  return document.kind === "credit_note" && money.amount > 0 ? `${MINUS}${said}` : said;
}
