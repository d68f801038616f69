import { useCallback, useRef } from "react";
import { asProblem } from "@/api/problem";

/** A new key for one thing that somebody wants. */
export function newKey(): string {
  return crypto.randomUUID();
}

/**
 * The `Idempotency-Key` of what somebody is about to do: the same for every retry of it, so that a click that
 * arrives twice happens once; a new one after an answer, which is final.
 */
export function useIntent(): <T>(act: (key: string) => Promise<T>) => Promise<T> {
  const key = useRef<string | null>(null);
  return useCallback(async (act) => {
    key.current ??= newKey();
    try {
      const done = await act(key.current);
      key.current = null;
      return done;
    } catch (error) {
      if (!asProblem(error).passing) key.current = null;
      throw error;
    }
  }, []);
}
