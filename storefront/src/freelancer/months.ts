import type { Schemas } from "@/api/client";

export const STATES = ["earned", "pending", "reversed"] as const;
export type EarningState = (typeof STATES)[number];

/** The commission of one month's payments, in cents, by what has become of it. */
export type Month = { month: string; total: number } & Record<EarningState, number>;

/** How many months a picture has room for. */
const MOST = 12;

/**
 * Earnings by the month in which their commission accrued, oldest first, without gaps.
 *
 * For the picture alone: what is added up is what has been read of the ledger so far. Amounts that somebody
 * relies on are the API's totals.
 */
export function months(earnings: Schemas["Earning"][]): Month[] {
  const found = new Map<string, Month>();
  for (const each of earnings) {
    const key = each.accrued_at.slice(0, "2026-11".length);
    const month = found.get(key) ?? empty(key);
    for (const state of STATES) month[state] += each[state].amount;
    month.total += each.accrued.amount;
    found.set(key, month);
  }
  const keys = [...found.keys()].sort();
  const last = keys.at(-1);
  const shown: Month[] = [];
  for (let key = keys[0]; key && last && key <= last; key = after(key))
    shown.push(found.get(key) ?? empty(key));
  return shown.slice(-MOST);
}

function empty(month: string): Month {
  return { month, total: 0, earned: 0, pending: 0, reversed: 0 };
}

/** The month after this one. */
function after(key: string): string {
  const [year = 0, month = 0] = key.split("-").map(Number);
  return month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, "0")}`;
}

/** Where an axis ends that has room for this: a round amount, one to two and a half times as much. */
export function top(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, 1)));
  return ([1, 2, 5, 10].find((step) => step * power >= most) ?? 10) * power;
}
