import { beforeEach, describe, expect, it, vi } from "vitest";

/** The clock, as a page that is loaded has it. */
async function loaded() {
  vi.resetModules();
  return import("@/time/now");
}

beforeEach(() => {
  sessionStorage.clear();
  vi.useFakeTimers({ now: Date.parse("2026-11-22T10:00:00Z") });
});

describe("the clock of the sandbox", () => {
  it("is this machine's until somebody has looked at it", async () => {
    const { now } = await loaded();
    expect(now()).toBe(Date.parse("2026-11-22T10:00:00Z"));
  });

  it("goes on from what it showed, or stands", async () => {
    const { now, setClock } = await loaded();
    setClock("2027-01-01T00:00:00Z", false);
    vi.advanceTimersByTime(2000);
    expect(now()).toBe(Date.parse("2027-01-01T00:00:02Z"));
    setClock("2027-01-01T00:00:00Z", true);
    vi.advanceTimersByTime(2000);
    expect(now()).toBe(Date.parse("2027-01-01T00:00:00Z"));
  });

  it("shows the same after the page was loaded again", async () => {
    const before = await loaded();
    before.setClock("2027-01-01T00:00:00Z", false);
    vi.advanceTimersByTime(3000);
    const { now } = await loaded();
    expect(now()).toBe(Date.parse("2027-01-01T00:00:03Z"));
  });

  it("is this machine's where what was kept cannot be read", async () => {
    sessionStorage.setItem("sandbox.clock", "{");
    const { now } = await loaded();
    expect(now()).toBe(Date.parse("2026-11-22T10:00:00Z"));
  });
});
