import { describe, expect, it } from "vitest";
import { wanted } from "@/operator/wanted";

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
