import { act, renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { useFollowing } from "@/form/following";

it("keeps what is typed until what is given changes", () => {
  const { result, rerender } = renderHook(({ given }) => useFollowing(given), {
    initialProps: { given: "a" },
  });
  act(() => result.current[1]("ab"));
  rerender({ given: "a" });
  expect(result.current[0]).toBe("ab");
  rerender({ given: "c" });
  expect(result.current[0]).toBe("c");
});
