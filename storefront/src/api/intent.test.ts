import { renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { useIntent } from "@/api/intent";
import { ProblemError } from "@/api/problem";

/** One intent, acted on with these outcomes in turn; answers the keys that were used. */
async function act(...outcomes: (Error | string)[]): Promise<string[]> {
  const { result, rerender } = renderHook(() => useIntent());
  const keys: string[] = [];
  for (const outcome of outcomes) {
    await result
      .current(async (key) => {
        keys.push(key);
        if (outcome instanceof Error) throw outcome;
        return outcome;
      })
      .then(
        (done) => expect(done).toBe(outcome),
        (error) => expect(error).toBe(outcome),
      );
    rerender();
  }
  return keys;
}

const different = (keys: string[]) => new Set(keys).size;

it("has a key that nobody else has", async () => {
  const [key] = await act("done");
  expect(key).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect((await act("done"))[0]).not.toBe(key);
});

it.each([
  ["no answer", new TypeError("Failed to fetch")],
  ["a fault of the API’s", new ProblemError("internal_error", 500)],
  ["too many requests", new ProblemError("rate_limited", 429)],
  ["a conflict that will pass", new ProblemError("busy", 409, {}, 1)],
])("keeps its key after %s", async (_, outcome) => {
  expect(different(await act(outcome, outcome, "done"))).toBe(1);
});

it.each([
  ["a refusal", new ProblemError("payment_declined", 402)],
  ["a conflict", new ProblemError("price_changed", 409)],
  ["a fault in the fields", new ProblemError("validation_failed", 422)],
])("has a new key after %s, which is final", async (_, outcome) => {
  expect(different(await act(outcome, "done"))).toBe(2);
});

it("has a new key after it was done: the next time is another one", async () => {
  expect(different(await act("done", "done"))).toBe(2);
});
