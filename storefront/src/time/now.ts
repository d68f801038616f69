/** What time it is: the browser's, or in the sandbox the one that its clock shows. */
import { useSyncExternalStore } from "react";

interface Clock {
  /** What the clock showed when it was last looked at, and when that was here; null: this machine's own time. */
  shown: { at: number; heard: number } | null;
  stands: boolean;
}

let clock: Clock = { shown: null, stands: false };
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
  tell();
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
