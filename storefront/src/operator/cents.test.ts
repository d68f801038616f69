import { describe, expect, it } from "vitest";
import { cents } from "@/operator/cents";

describe("an amount as it is typed", () => {
  it.each([
    ["8.40", 840],
    ["8.4", 840],
    ["8,40", 840],
    ["8", 800],
    ["0.07", 7],
    ["1.13", 113], // 1.13 * 100 is 112.99999999999999
    [" 264.00 ", 26400],
  ])("%s is %d cents, to the cent", (typed, expected) => {
    expect(cents(typed)).toBe(expected);
  });
  it.each(["", "8.405", "-8", "1e3", "8.", "$8", "8 40", "٨"])("%s is no amount", (typed) => {
    expect(cents(typed)).toBeNull();
  });
});
