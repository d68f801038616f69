import { act, renderHook } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { begin, type Choice, choose, dropLink, forget, read, useChoice, useOrigin } from "@/visitor/choice";

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
    ["users in words", { ...CHOICE, seats: "ten" }],
    ["a payment period that is not offered", { ...CHOICE, billing_period: "weekly" }],
  ])("is forgotten where it is %s", (_, kept) => {
    expect(read(JSON.stringify(kept))).toBeNull();
  });
  it("is forgotten where it cannot be read", () => {
    expect(read("{")).toBeNull();
    expect(read("7")).toBeNull();
    expect(read("[]")).toBeNull();
    expect(read(null)).toBeNull();
  });
});

describe("the link that a visit began with", () => {
  const kept = () => renderHook(() => ({ choice: useChoice(), origin: useOrigin() })).result;

  it("is remembered before anything is chosen, and is nobody's at first", () => {
    const found = kept();
    expect(found.current.origin.link_token).toBeNull();
    act(() => begin({ link_token: "YzPU9IgZ6fx_", seller: "Frida Lindqvist" }));
    expect(found.current.origin).toEqual({ link_token: "YzPU9IgZ6fx_", seller: "Frida Lindqvist" });
  });

  it("can be dropped, and what was chosen stays", () => {
    const found = kept();
    act(() => {
      begin({ link_token: "YzPU9IgZ6fx_", seller: "Frida Lindqvist" });
      choose(CHOICE);
      dropLink();
    });
    expect(found.current.choice).toEqual({ ...CHOICE, link_token: null, seller: null });
    expect(found.current.origin.link_token).toBeNull();
  });

  it("is forgotten with the choice after the purchase", () => {
    const found = kept();
    act(() => {
      begin({ link_token: "YzPU9IgZ6fx_", seller: "Frida Lindqvist" });
      choose(CHOICE);
      forget();
    });
    expect(found.current).toEqual({ choice: null, origin: { link_token: null, seller: null } });
  });
});
