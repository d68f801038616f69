import { describe, expect, it } from "vitest";
import { holder } from "@/session/person";

/** A token that says this of its holder. */
function token(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part(claims)}.signature`;
}

const CLAIMS = {
  sub: "usr_1",
  name: "Chloé Müller-Đặng 👩‍💻",
  email: "chloe@client.example",
  roles: ["client", "freelancer"],
  locale: "fr",
};

describe("the holder of a token", () => {
  it("has the name that they have, in whatever letters", () => {
    expect(holder(token(CLAIMS))).toEqual(CLAIMS);
  });

  it("is read from the alphabet of tokens, which is not that of base64", () => {
    const given = token({ ...CLAIMS, name: "ÿÿÿ???>>>" });
    expect(given.split(".")[1]).toMatch(/[-_]/);
    expect(holder(given).name).toBe("ÿÿÿ???>>>");
  });

  it("is called by the address where there is no name", () => {
    expect(holder(token({ ...CLAIMS, name: "" })).name).toBe("chloe@client.example");
    expect(holder(token({ ...CLAIMS, name: undefined })).name).toBe("chloe@client.example");
  });

  it("has only the roles that there are", () => {
    expect(holder(token({ ...CLAIMS, roles: ["admin", "operator", 7] })).roles).toEqual(["operator"]);
    expect(holder(token({ ...CLAIMS, roles: "operator" })).roles).toEqual([]);
    expect(holder(token({ ...CLAIMS, roles: undefined })).roles).toEqual([]);
  });

  it("may speak any language", () => {
    expect(holder(token({ ...CLAIMS, locale: undefined })).locale).toBeNull();
  });

  it("is nobody where the token is none", () => {
    expect(() => holder("no token")).toThrow();
  });
});
