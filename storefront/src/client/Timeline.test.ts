import { expect, it } from "vitest";
import type { Schemas } from "@/api/client";
import en from "@/client/en.json";
import fr from "@/client/fr.json";
import { CODES, saidAs } from "@/client/happened";
import { byDay } from "@/client/Timeline";
import { formats } from "@/i18n/formats";

type Event = Schemas["Event"];
const event = (
  version: number,
  at: string,
  name = "renewed",
  detail: Record<string, unknown> = {},
): Event => ({
  version,
  event: name,
  at,
  by: { role: "system", name: "Seatwise", delegated: false },
  status: "active",
  detail: detail as Event["detail"],
});

it("puts together what happened on one day, and keeps the order", () => {
  const lines = [
    event(3, "2026-11-22T12:00:00Z"),
    event(2, "2026-11-20T12:00:00Z"),
    event(1, "2026-11-20T11:59:00Z"),
  ];
  const days = byDay(lines, formats("en").day);
  expect(days.map(([name, of]) => [name, of.map(({ version }) => version)])).toEqual([
    ["November 22, 2026", [3]],
    ["November 20, 2026", [2, 1]],
  ]);
});

it("tells turning renewal on from turning it off", () => {
  expect(saidAs(event(1, "2026-11-20T12:00:00Z", "auto_renew_set", { auto_renew: false }))).toBe(
    "auto_renew_off",
  );
  expect(saidAs(event(1, "2026-11-20T12:00:00Z", "auto_renew_set", { auto_renew: true }))).toBe(
    "auto_renew_on",
  );
  expect(saidAs(event(1, "2026-11-20T12:00:00Z", "renewed"))).toBe("renewed");
});

it("has words and a picture for everything that can happen, in both languages", () => {
  const words = Object.keys(en.happened).filter((each) => !each.startsWith("auto_renew_o"));
  expect(CODES.toSorted()).toEqual(words.toSorted());
  expect(Object.keys(fr.happened)).toEqual(Object.keys(en.happened));
});
