import { cleanup } from "@testing-library/react";
import { afterEach, vi } from "vitest";

// Nothing moves here: an animation that is cut short rejects a promise that nobody waits for.
Object.defineProperty(Element.prototype, "animate", { value: undefined, configurable: true });

afterEach(() => {
  cleanup();
  localStorage.clear();
  sessionStorage.clear();
  vi.unstubAllGlobals();
});
