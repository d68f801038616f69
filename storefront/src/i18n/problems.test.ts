import { renderHook } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { ProblemError } from "@/api/problem";
import { speak } from "@/i18n";
import { useProblems } from "@/i18n/problems";

const words = () => renderHook(() => useProblems()).result.current;
const problem = (code: ConstructorParameters<typeof ProblemError>[0], detail: string) =>
  new ProblemError(code, 409, { title: "Their title", detail });

afterEach(() => speak("en"));

describe("a problem", () => {
  it("is told in English as the API puts it", () => {
    const found = problem("invalid_transition", "It could be canceled until Monday.");
    expect([words().title(found), words().text(found)]).toEqual([
      "Their title",
      "It could be canceled until Monday.",
    ]);
  });

  it.each(["payment_unavailable", "idempotency_in_progress", "idempotency_key_reused"] as const)(
    "%s is told in our words, for the API's are for programs",
    (code) => {
      const found = problem(code, "Send the same Idempotency-Key.");
      expect(words().title(found)).not.toBe("Their title");
      expect(words().text(found)).not.toMatch(/Idempotency/);
      expect(words().text(found)).toMatch(/please/i);
    },
  );

  it("is told in French by its code", () => {
    speak("fr");
    expect(words().text(problem("payment_unavailable", "Send it again."))).toMatch(/Réessayez|instant/);
  });
});
