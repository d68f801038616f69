import { describe, expect, it } from "vitest";
import { members, wanted } from "@/operator/wanted";

describe("what is searched for", () => {
  it("keeps what the API can look for", () => {
    expect(wanted({ email: " carl@client.example ", domain: "contoso.com", status: "active" })).toEqual({
      email: "carl@client.example",
      domain: "contoso.com",
      status: "active",
    });
  });
  it("drops what nobody can look for: the API would refuse it", () => {
    expect(wanted({ email: "  ", domain: 7, status: "asleep", other: "x" })).toEqual({});
  });
});

describe("which freelancers are looked at", () => {
  it("is those in the program, if nothing is said that can be looked for", () => {
    expect(members({})).toEqual({ state: "enrolled" });
    expect(members({ state: "famous", email: " " })).toEqual({ state: "enrolled" });
  });
  it("is those of a state, or whoever an address was invited under, wherever they stand", () => {
    expect(members({ state: "left" })).toEqual({ state: "left" });
    expect(members({ state: "left", email: " frida@freelancer.example " })).toEqual({
      email: "frida@freelancer.example",
    });
  });
});
