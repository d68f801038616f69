import { describe, expect, it } from "vitest";
import { type Choice, read } from "@/visitor/choice";

const CHOICE: Choice = {
  plan_id: "business-basic",
  seats: 10,
  billing_period: "yearly",
  link_token: "YzPU9IgZ6fx_",
  seller: "Frida Lindqvist",
};

describe("a choice that was kept", () => {
  it("is the same when its maker comes back", () => {
    expect(read(JSON.stringify(CHOICE))).toEqual(CHOICE);
  });
  it.each([
    ["a plan that is sold no more", { ...CHOICE, plan_id: "business-ultra" }],
    ["no users at all", { ...CHOICE, seats: 0 }],
    ["more users than can be bought", { ...CHOICE, seats: 51 }],
    ["half a user", { ...CHOICE, seats: 1.5 }],
  ])("is forgotten where it is %s", (_, kept) => {
    expect(read(JSON.stringify(kept))).toBeNull();
  });
  it("is forgotten where it cannot be read", () => {
    expect(read("{")).toBeNull();
    expect(read(null)).toBeNull();
  });
});
