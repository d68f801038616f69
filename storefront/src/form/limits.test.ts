import { describe, expect, it } from "vitest";
import { at, type Fault, fault, faults, limit, put, type RequestName } from "@/form/limits";

const ADDRESS = { line1: "1 Main St", city: "Redmond", state: "WA", postal_code: "98052", country: "US" };
const PURCHASE = {
  plan_id: "business-basic",
  seats: 10,
  billing_period: "monthly",
  country: "US",
  payment_method: "pm_card_visa",
  address: ADDRESS,
  expected_total: { amount: 8400, currency: "USD" },
};

function wrong(request: RequestName, pointer: string, value: unknown): Fault | null {
  const found = limit(request, pointer);
  if (!found) throw new Error(`${request} has no ${pointer}`);
  return fault(found, value);
}

describe("what the contract says of a field", () => {
  it("is known by its pointer, also of a field within a field", () => {
    expect(limit("PurchaseRequest", "/seats")).toMatchObject({ required: true, minimum: 1, maximum: 50 });
    expect(limit("PurchaseRequest", "/address/line2")).toMatchObject({ required: false, maxLength: 200 });
  });

  it("is nothing where the contract has no such field", () => {
    expect(limit("PurchaseRequest", "/color")).toBeUndefined();
  });
});

describe("what is wrong with a value", () => {
  it.each<[RequestName, string, unknown, Fault | null]>([
    ["PurchaseRequest", "/seats", 1, null],
    ["PurchaseRequest", "/seats", 50, null],
    ["PurchaseRequest", "/seats", 0, { kind: "least", count: 1 }],
    ["PurchaseRequest", "/seats", 51, { kind: "most", count: 50 }],
    ["PurchaseRequest", "/seats", 1.5, { kind: "whole" }],
    ["PurchaseRequest", "/seats", Number.NaN, { kind: "whole" }],
    ["PurchaseRequest", "/seats", undefined, { kind: "required" }],
    ["PurchaseRequest", "/plan_id", "business-ultra", { kind: "choice" }],
    ["PurchaseRequest", "/address/line1", "", { kind: "required" }],
    ["PurchaseRequest", "/address/line1", "   ", { kind: "required" }],
    ["PurchaseRequest", "/address/line1", "x".repeat(200), null],
    ["PurchaseRequest", "/address/line1", "x".repeat(201), { kind: "long", count: 200 }],
    ["PurchaseRequest", "/address/line1", "1 Main\u0007St", { kind: "form" }],
    ["PurchaseRequest", "/address/line2", null, null],
    ["PurchaseRequest", "/address/line2", "", null],
    ["PurchaseRequest", "/address/state", "Wash", { kind: "form" }],
    ["PurchaseRequest", "/address/postal_code", "98052-8300", null],
    ["PurchaseRequest", "/address/postal_code", "9805", { kind: "form" }],
    ["PurchaseRequest", "/address/postal_code", " 98052 ", null],
    ["DecisionRequest", "/approve", false, null],
    ["InvitationRequest", "/email", "frida", { kind: "form" }],
    ["InvitationRequest", "/email", "frida@freelancer.example", null],
  ])("in %s at %s, which is %j, is %j", (request, pointer, value, found) => {
    expect(wrong(request, pointer, value)).toEqual(found);
  });
});

describe("what is wrong with a request", () => {
  it("is nothing where the contract has nothing against it", () => {
    expect(faults("PurchaseRequest", PURCHASE)).toEqual({});
  });

  it("is told by the pointers of the fields", () => {
    const request = { ...PURCHASE, seats: 51, address: { ...ADDRESS, city: "", state: "Washington" } };
    expect(faults("PurchaseRequest", request)).toEqual({
      "/seats": { kind: "most", count: 50 },
      "/address/city": { kind: "required" },
      "/address/state": { kind: "form" },
    });
  });

  it("is told of the fields of what is not there at all", () => {
    const { address: _, ...nowhere } = PURCHASE;
    expect(faults("PurchaseRequest", nowhere)).toMatchObject({ "/address/line1": { kind: "required" } });
    expect(faults("PurchaseRequest", nowhere)).not.toHaveProperty("/address");
  });
});

describe("what may be left out", () => {
  it("is not asked for piece by piece where it is", () => {
    const { expected_total: _, ...request } = { ...PURCHASE, expected_total: null };
    expect(faults("PurchaseRequest", request)).toEqual({});
    expect(faults("PurchaseRequest", { ...PURCHASE, expected_total: null })).toEqual({});
    expect(faults("PurchaseRequest", { ...PURCHASE, expected_total: {} })).toHaveProperty([
      "/expected_total/amount",
    ]);
  });
});

describe("a pointer", () => {
  it("leads to a value, or to nothing", () => {
    expect(at(PURCHASE, "/address/city")).toBe("Redmond");
    expect(at(PURCHASE, "/address")).toBe(ADDRESS);
    expect(at(PURCHASE, "")).toBe(PURCHASE);
    expect(at(PURCHASE, "/address/line2")).toBeUndefined();
    expect(at(PURCHASE, "/nowhere/at/all")).toBeUndefined();
  });

  it("puts a value where it was not, and leaves what was there as it is", () => {
    const before = structuredClone(PURCHASE);
    const after = put(PURCHASE, "/address/city", "Seattle");
    expect(after).toEqual({ ...PURCHASE, address: { ...ADDRESS, city: "Seattle" } });
    expect(PURCHASE).toEqual(before);
  });

  it("makes what it leads through", () => {
    expect(put({}, "/address/city", "Redmond")).toEqual({ address: { city: "Redmond" } });
    expect(put({ address: null }, "/address/city", "Redmond")).toEqual({ address: { city: "Redmond" } });
  });

  it("to the whole replaces the whole", () => {
    expect(put({ seats: 1 }, "", { seats: 2 })).toEqual({ seats: 2 });
  });
});
