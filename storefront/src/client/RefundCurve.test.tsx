import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { apart, area, draw, stepAfter, stepAt } from "@/client/curve";
import { RefundCurve } from "@/client/RefundCurve";
import { STEPS } from "@/client/sample";
import { onStage } from "@/client/stage";
import { speak } from "@/i18n";

const FRAME = { left: 0, right: 480, top: 0, bottom: 100 };
const at = (instant: string) => Date.parse(instant);

describe("the steps of a refund", () => {
  it("hold to the end of each, and the next one follows", () => {
    expect(stepAt(STEPS, at("2026-11-21T12:00:00Z"))).toBe(STEPS[0]);
    expect(stepAt(STEPS, at("2026-11-21T12:00:00.001Z"))).toBe(STEPS[1]);
    expect(stepAfter(STEPS, at("2026-11-21T12:00:00Z"))).toBe(STEPS[1]);
    expect(stepAfter(STEPS, at("2026-11-22T01:00:00Z"))).toBeUndefined();
  });

  it("are none outside of the time in which it can be canceled", () => {
    expect(stepAt(STEPS, at("2026-11-23T00:00:00Z"))).toBeUndefined();
    expect(draw(STEPS, at("2026-11-23T00:00:00Z"), FRAME).now).toBeNull();
  });

  it("are drawn to scale, and parted where now is", () => {
    const drawn = draw(STEPS, at("2026-11-21T00:00:00Z"), FRAME);
    expect(drawn.now).toEqual({ x: 120, y: 0 });
    expect(drawn.past).toBe("M0,0L120,0");
    expect(drawn.ahead.startsWith("M120,0L240,0L240,")).toBe(true);
    expect(drawn.y(4200)).toBe(50);
    expect(area("M0,10L5,10", 100)).toBe("M0,10L5,10L5,100L0,100Z");
  });

  it("are all ahead at the first instant", () => {
    expect(draw(STEPS, at("2026-11-20T12:00:00Z"), FRAME).past).toBe("");
  });

  it("keep their labels apart, and the last one always", () => {
    expect(apart([{ x: 0 }, { x: 10 }, { x: 60 }, { x: 90 }, { x: 100 }], 50)).toEqual([
      { x: 0 },
      { x: 100 },
    ]);
  });
});

describe("the curve", () => {
  it("is a table for whoever cannot see it, which says where now is", () => {
    onStage(<RefundCurve steps={STEPS} now={at("2026-11-21T18:00:00Z")} />);
    const rows = within(screen.getByRole("table")).getAllByRole("row").slice(1);
    expect(rows).toHaveLength(3);
    expect(rows.map((row) => row.getAttribute("aria-current"))).toEqual([null, "true", null]);
    expect(rows[1]?.textContent).toContain("$81.20 (now)");
  });

  it("names itself, and marks now", () => {
    onStage(<RefundCurve steps={STEPS} now={at("2026-11-21T18:00:00Z")} />);
    expect(
      screen.getByRole("img", { name: /Refund over time.*\$84\.00.*\$78\.40.*Now it is \$81\.20/ }),
    ).toBeTruthy();
    expect(screen.getByText("Now: $81.20")).toBeTruthy();
  });

  it("speaks French as well", () => {
    speak("fr");
    onStage(<RefundCurve steps={STEPS} now={at("2026-11-21T18:00:00Z")} />);
    expect(screen.getByText(/^Maintenant : 81,20\s\$$/)).toBeTruthy();
    speak("en");
  });

  it("is not there when nothing can be canceled any more", () => {
    onStage(<RefundCurve steps={[]} now={0} />);
    expect(screen.queryByRole("img")).toBeNull();
  });
});
