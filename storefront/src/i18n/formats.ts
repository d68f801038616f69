/** Money, days and instants, as people in each language write them. */

import { useTranslation } from "react-i18next";
import type { Money } from "@/api/queries";
import { type Language, language } from "@/i18n";

const REGIONS: Record<Language, string> = { en: "en-US", fr: "fr-FR" };
const CENTS = 100;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Formats {
  /** `$8.40`: from whole cents. */
  money: (money: Money) => string;
  /** A day: of `2026-11-22`, or of an instant where the reader is. */
  day: (given: string) => string;
  /** A day where there is little room: `Nov 22`. */
  shortDay: (given: string) => string;
  /** The time of day of an instant where the reader is: `3:20 PM`. */
  time: (given: string) => string;
  /** Day and time where the reader is, with the zone. */
  instant: (given: string) => string;
  /** A short time: `2 days ago`, `in 3 hours`. */
  relative: (given: string, now: number) => string;
  /** What is left until then: `2 d 4 h`, `3 h 12 min`, `4 min 20 s`; empty when it is over. */
  countdown: (given: string, now: number) => string;
  number: (given: number) => string;
  /** Of basis points: `10%`. */
  percent: (basisPoints: number) => string;
}

export function formats(spoken: Language): Formats {
  const region = REGIONS[spoken];
  const dayOf = new Intl.DateTimeFormat(region, { dateStyle: "long" });
  const utcDay = new Intl.DateTimeFormat(region, { dateStyle: "long", timeZone: "UTC" });
  const instantOf = new Intl.DateTimeFormat(region, {
    year: "numeric",
    month: "long",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
  });
  const shortDayOf = new Intl.DateTimeFormat(region, { month: "short", day: "numeric" });
  const timeOf = new Intl.DateTimeFormat(region, { timeStyle: "short" });
  const ago = new Intl.RelativeTimeFormat(region, { numeric: "auto" });
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(region, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
  return {
    money: ({ amount, currency }) =>
      // The amount is whole cents, and only here, to be read, a decimal.
      new Intl.NumberFormat(region, { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(
        amount / CENTS,
      ),
    day: (given) => (given.length === 10 ? utcDay : dayOf).format(new Date(given)),
    shortDay: (given) => shortDayOf.format(new Date(given)),
    time: (given) => timeOf.format(new Date(given)),
    instant: (given) => instantOf.format(new Date(given)),
    relative: (given, now) => {
      const away = Date.parse(given) - now;
      const size = Math.abs(away);
      if (size >= DAY) return ago.format(Math.round(away / DAY), "day");
      if (size >= HOUR) return ago.format(Math.round(away / HOUR), "hour");
      return ago.format(Math.round(away / MINUTE), "minute");
    },
    countdown: (given, now) => {
      const left = Date.parse(given) - now;
      if (left <= 0) return "";
      const parts: [number, string][] = [
        [Math.floor(left / DAY), "day"],
        [Math.floor((left % DAY) / HOUR), "hour"],
        [Math.floor((left % HOUR) / MINUTE), "minute"],
        [Math.floor((left % MINUTE) / 1000), "second"],
      ];
      const found = parts.findIndex(([value]) => value > 0);
      const from = found < 0 ? parts.length - 1 : found; // the last second
      return parts
        .slice(from, from + 2)
        .map(([value, name]) => unit(value, name))
        .join(" ");
    },
    number: (given) => new Intl.NumberFormat(region).format(given),
    percent: (basisPoints) =>
      new Intl.NumberFormat(region, { style: "percent", maximumFractionDigits: 2 }).format(
        basisPoints / 10_000,
      ),
  };
}

const MADE: Partial<Record<Language, Formats>> = {};

export function useFormats(): Formats {
  useTranslation(); // to be asked again when the language changes
  const spoken = language();
  MADE[spoken] ??= formats(spoken);
  return MADE[spoken];
}
