/** Money, days and instants, as people in each language write them. */

import { useTranslation } from "react-i18next";
import type { Money } from "@/api/queries";
import { type Language, language } from "@/i18n";

const REGIONS: Record<Language, string> = { en: "en-US", fr: "fr-FR" };
const CENTS = 100;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const LONG_DAY: Intl.DateTimeFormatOptions = { dateStyle: "long" };
const UTC_DAY: Intl.DateTimeFormatOptions = { dateStyle: "long", timeZone: "UTC" };
const SHORT_DAY: Intl.DateTimeFormatOptions = { month: "short", day: "numeric" };
const TIME: Intl.DateTimeFormatOptions = { timeStyle: "short" };
const INSTANT: Intl.DateTimeFormatOptions = {
  year: "numeric",
  month: "long",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
  timeZoneName: "short",
};

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

/** Makes each kind once, when it is first asked for: making one takes a phone many milliseconds. */
function onceEach<O extends object, F>(make: (options: O) => F): (options: O) => F {
  const made = new Map<string, F>();
  return (options) => {
    const kind = JSON.stringify(options);
    const known = made.get(kind) ?? make(options);
    made.set(kind, known);
    return known;
  };
}

export function formats(spoken: Language): Formats {
  const region = REGIONS[spoken];
  const date = onceEach((options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(region, options));
  const number = onceEach((options: Intl.NumberFormatOptions) => new Intl.NumberFormat(region, options));
  const ago = onceEach(
    (options: Intl.RelativeTimeFormatOptions) => new Intl.RelativeTimeFormat(region, options),
  );
  const unit = (value: number, name: string) =>
    number({ style: "unit", unit: name, unitDisplay: "short" }).format(value);
  return {
    money: ({ amount, currency }) =>
      // The amount is whole cents, and only here, to be read, a decimal.
      number({ style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(amount / CENTS),
    day: (given) => date(given.length === 10 ? UTC_DAY : LONG_DAY).format(new Date(given)),
    shortDay: (given) => date(SHORT_DAY).format(new Date(given)),
    time: (given) => date(TIME).format(new Date(given)),
    instant: (given) => date(INSTANT).format(new Date(given)),
    relative: (given, now) => {
      const away = Date.parse(given) - now;
      const size = Math.abs(away);
      const said = ago({ numeric: "auto" });
      if (size >= DAY) return said.format(Math.round(away / DAY), "day");
      if (size >= HOUR) return said.format(Math.round(away / HOUR), "hour");
      return said.format(Math.round(away / MINUTE), "minute");
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
    number: (given) => number({}).format(given),
    percent: (basisPoints) =>
      number({ style: "percent", maximumFractionDigits: 2 }).format(basisPoints / 10_000),
  };
}

const MADE: Partial<Record<Language, Formats>> = {};

export function useFormats(): Formats {
  useTranslation(); // to be asked again when the language changes
  const spoken = language();
  MADE[spoken] ??= formats(spoken);
  return MADE[spoken];
}
