import type { Schemas } from "@/api/client";

export type RefundStep = Schemas["RefundStep"];

/** Where the drawing is on its paper, in its own units. */
export interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Drawn {
  /** The outline of the time that has passed, and of that which is ahead; empty where there is none. */
  past: string;
  ahead: string;
  /** Where now is; null when it is outside. */
  now: { x: number; y: number } | null;
  /** Where each step begins. */
  begins: { x: number; at: string }[];
  x: (at: number) => number;
  y: (amount: number) => number;
}

/** The step that holds at an instant; the API's steps leave no gap. */
export function stepAt(steps: readonly RefundStep[], now: number): RefundStep | undefined {
  return steps.find((step) => now >= Date.parse(step.from) && now <= Date.parse(step.until));
}

/** The step after the one that holds at an instant. */
export function stepAfter(steps: readonly RefundStep[], now: number): RefundStep | undefined {
  const here = stepAt(steps, now);
  return here && steps[steps.indexOf(here) + 1];
}

/** Lays the steps of a refund out as a line: time to the right, money upward, from nothing to the most. */
export function draw(steps: readonly RefundStep[], now: number, frame: Frame): Drawn {
  const from = Date.parse(steps[0]?.from ?? "");
  const until = Date.parse(steps.at(-1)?.until ?? "");
  const most = Math.max(...steps.map((step) => step.refund.amount), 1);
  const x = (at: number) =>
    frame.left + ((at - from) / Math.max(until - from, 1)) * (frame.right - frame.left);
  const y = (amount: number) => frame.bottom - (amount / most) * (frame.bottom - frame.top);
  const here = stepAt(steps, now);

  const outline = (begin: number, end: number): string => {
    const points: string[] = [];
    for (const step of steps) {
      const left = Math.max(Date.parse(step.from), begin);
      const right = Math.min(Date.parse(step.until), end);
      if (right < left || (right === left && begin !== end)) continue;
      points.push(`${round(x(left))},${round(y(step.refund.amount))}`);
      points.push(`${round(x(right))},${round(y(step.refund.amount))}`);
    }
    return points.length ? `M${points.join("L")}` : "";
  };
  const split = Math.min(Math.max(now, from), until);
  return {
    past: split > from ? outline(from, split) : "",
    ahead: split < until ? outline(split, until) : "",
    now: here ? { x: x(now), y: y(here.refund.amount) } : null,
    begins: steps.map((step) => ({ x: x(Date.parse(step.from)), at: step.from })),
    x,
    y,
  };
}

/** An outline, closed down to the ground. */
export function area(outline: string, bottom: number): string {
  if (!outline) return "";
  const points = outline.slice(1).split("L");
  const first = points[0]?.split(",")[0];
  const last = points.at(-1)?.split(",")[0];
  return `${outline}L${last},${bottom}L${first},${bottom}Z`;
}

/** Those of some places that leave enough room between them; the last one always has its place. */
export function apart<T extends { x: number }>(places: readonly T[], room: number): T[] {
  const last = places.at(-1);
  const kept: T[] = [];
  for (const place of places) {
    const before = kept.at(-1);
    const fits = !before || place.x - before.x >= room;
    const leavesLast = place === last || !last || last.x - place.x >= room;
    if (fits && leavesLast) kept.push(place);
  }
  if (last && !kept.includes(last)) kept.push(last);
  return kept;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
