/** What time it is: the browser's, or in the sandbox the one that its clock shows. */
import { useSyncExternalStore } from "react";
import { configuration } from "@/configuration";

interface Clock {
  /** What the clock showed when it was last looked at, and when that was here; null: this machine's own time. */
  shown: { at: number; heard: number } | null;
  stands: boolean;
}

const KEPT = "sandbox.clock";

let clock: Clock = kept();
let told: number | null = null;
const listeners = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;

/** Milliseconds since 1970, UTC. */
export function now(): number {
  if (!clock.shown) return Date.now();
  return clock.stands ? clock.shown.at : clock.shown.at + Date.now() - clock.shown.heard;
}

/** The sandbox's clock was looked at. */
export function setClock(instant: string, stands: boolean): void {
  clock = { shown: { at: Date.parse(instant), heard: Date.now() }, stands };
  sessionStorage.setItem(KEPT, JSON.stringify(clock));
  tell();
}

/** As it was before the page was loaded again, until somebody has looked at it anew. */
function kept(): Clock {
  const none: Clock = { shown: null, stands: false };
  if (!configuration.sandbox) return none;
  try {
    return { ...none, ...(JSON.parse(sessionStorage.getItem(KEPT) ?? "{}") as Partial<Clock>) };
  } catch {
    return none;
  }
}

function tell(): void {
  told = now();
  for (const listener of listeners) listener();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  ticking ??= setInterval(tell, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(ticking);
      ticking = undefined;
      told = null;
    }
  };
}

/** What time it is, again each second. */
export function useNow(): number {
  return useSyncExternalStore(listen, () => {
    told ??= now();
    return told;
  });
}
