import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formats } from "@/i18n/formats";

const NOW = Date.parse("2026-11-22T10:00:00Z");

/** Spaces that do not break are spaces to a reader. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

const later = (milliseconds: number) => new Date(NOW + milliseconds).toISOString();
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("an amount", () => {
  const money = (amount: number, spoken: "en" | "fr") =>
    plain(formats(spoken).money({ amount, currency: "USD" }));

  it.each([
    [840, "$8.40"],
    [5, "$0.05"],
    [0, "$0.00"],
    [123_456_789, "$1,234,567.89"],
    [-1050, "-$10.50"],
  ])("of %i cents is read %s in English", (cents, read) => {
    expect(money(cents, "en")).toBe(read);
  });

  it.each([
    [840, "8,40 $"],
    [123_456_789, "1 234 567,89 $"],
  ])("of %i cents is read %s in French", (cents, read) => {
    expect(money(cents, "fr")).toBe(read);
  });
});

describe("what is left", () => {
  it.each([
    [2 * DAY + 4 * HOUR + 59 * MINUTE, "2 days 4 hr"],
    [3 * HOUR + 12 * MINUTE + 30 * SECOND, "3 hr 12 min"],
    [4 * MINUTE + 20 * SECOND, "4 min 20 sec"],
    [9 * SECOND, "9 sec"],
    [DAY, "1 day 0 hr"],
  ])("of %i ms is told by its two greatest units: %s", (left, told) => {
    expect(plain(formats("en").countdown(later(left), NOW))).toBe(told);
  });

  it("is told in French", () => {
    expect(plain(formats("fr").countdown(later(3 * HOUR + 12 * MINUTE), NOW))).toBe("3 h 12 min");
  });

  it("is nothing once it is over", () => {
    expect(plain(formats("en").countdown(later(SECOND / 2), NOW))).toBe("0 sec");
    expect(formats("en").countdown(later(0), NOW)).toBe("");
    expect(formats("en").countdown(later(-HOUR), NOW)).toBe("");
  });
});

describe.each(["Pacific/Honolulu", "UTC", "Pacific/Kiritimati"])("a day, read in %s", (zone) => {
  let before: string | undefined;
  beforeEach(() => {
    before = process.env.TZ;
    process.env.TZ = zone;
  });
  afterEach(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });

  it("is the day that was written", () => {
    expect(formats("en").day("2026-11-22")).toBe("November 22, 2026");
    expect(formats("fr").day("2026-11-22")).toBe("22 novembre 2026");
  });
});

describe("an instant", () => {
  let before: string | undefined;
  beforeEach(() => {
    before = process.env.TZ;
    process.env.TZ = "America/Los_Angeles";
  });
  afterEach(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });

  it("is told where the reader is, with the zone", () => {
    expect(plain(formats("en").instant("2026-11-22T05:20:00Z"))).toBe("November 21, 2026 at 9:20 PM PST");
  });

  it("is on the day that it is where the reader is", () => {
    expect(formats("en").day("2026-11-22T05:20:00Z")).toBe("November 21, 2026");
  });
});

it("says how far away something is, by its greatest unit", () => {
  const { relative } = formats("en");
  expect(relative(later(-2 * DAY), NOW)).toBe("2 days ago");
  expect(relative(later(3 * HOUR), NOW)).toBe("in 3 hours");
  expect(relative(later(-MINUTE), NOW)).toBe("1 minute ago");
});

it("reads basis points as percent", () => {
  expect(formats("en").percent(1000)).toBe("10%");
  expect(formats("en").percent(1025)).toBe("10.25%");
  expect(plain(formats("fr").percent(1000))).toBe("10 %");
});
