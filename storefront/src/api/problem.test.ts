import { describe, expect, it } from "vitest";
import { asProblem, ProblemError } from "@/api/problem";

const DECLINED = {
  code: "payment_declined",
  status: 402,
  title: "The card was declined",
  detail: "Your bank said no.",
  instance: "urn:seatwise:request:req_42",
  decline_code: "insufficient_funds",
};

describe("a problem", () => {
  it("is what the API said of it", async () => {
    const problem = await ProblemError.of(Response.json(DECLINED, { status: 402 }));
    expect(problem).toMatchObject({ code: "payment_declined", status: 402, message: "Your bank said no." });
    expect(problem.problem.decline_code).toBe("insufficient_funds");
    expect(problem.requestId).toBe("req_42");
  });

  it("tells what is wrong with each field by its pointer", async () => {
    const errors = [
      { pointer: "/seats", detail: "At most 50." },
      { pointer: "/address/city", detail: "This field is required." },
    ];
    const problem = await ProblemError.of(
      Response.json({ code: "validation_failed", errors }, { status: 422 }),
    );
    expect(problem.fields).toEqual({ "/seats": "At most 50.", "/address/city": "This field is required." });
    expect((await ProblemError.of(Response.json(DECLINED, { status: 402 }))).fields).toEqual({});
  });

  it("is a fault of ours where something else than the API has answered", async () => {
    const problem = await ProblemError.of(new Response("<h1>Bad gateway</h1>", { status: 502 }));
    expect(problem).toMatchObject({ code: "internal_error", status: 502, requestId: null });
    expect(problem.message).not.toContain("<h1>");
  });

  it("says when it is worth asking again, where the API does in seconds", async () => {
    const seconds = async (given?: string) =>
      (
        await ProblemError.of(
          new Response("{}", { status: 409, headers: given ? { "Retry-After": given } : {} }),
        )
      ).retryAfter;
    expect(await seconds("30")).toBe(30);
    expect(await seconds("0")).toBe(0);
    expect(await seconds()).toBeNull();
    expect(await seconds("Sun, 22 Nov 2026 10:00:00 GMT")).toBeNull();
  });
});

describe("whether the same request may still succeed", () => {
  it.each<[number, number | null, boolean]>([
    [0, null, true],
    [429, null, true],
    [500, null, true],
    [503, null, true],
    [409, 1, true],
    [409, 0, true],
    [409, null, false],
    [402, null, false],
    [404, null, false],
    [422, null, false],
  ])("after %i, to be asked again after %j seconds, is %j", (status, after, passing) => {
    expect(new ProblemError("internal_error", status, {}, after).passing).toBe(passing);
  });
});

describe("whatever was thrown", () => {
  it("is itself where it is a problem", () => {
    const problem = new ProblemError("not_found", 404);
    expect(asProblem(problem)).toBe(problem);
  });

  it("is no answer where the line was cut, which may pass", () => {
    expect(asProblem(new TypeError("Failed to fetch"))).toMatchObject({ code: "offline", passing: true });
  });

  it("is a fault of ours otherwise", () => {
    expect(asProblem("anything")).toMatchObject({ code: "internal_error", status: 500 });
  });
});
