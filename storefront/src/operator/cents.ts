const AMOUNT = /^(\d{1,6})(?:[.,](\d{1,2}))?$/;

/** Whole cents of an amount as it is typed (`8.4`, `8,40`, `8`), digit by digit; null if it is none. */
export function cents(typed: string): number | null {
  const found = AMOUNT.exec(typed.trim());
  if (!found) return null;
  const [, whole = "0", part = ""] = found;
  return Number.parseInt(whole + part.padEnd(2, "0"), 10);
}
