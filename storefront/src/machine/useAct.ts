import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ask } from "@/machine/sandbox";

/** Does something next door, once a click; whatever is on the page may have changed by it. */
export function useAct() {
  const client = useQueryClient();
  const at = useRef(false);
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [done, setDone] = useState<string | null>(null);

  const act = async (path: string, said: string, body?: object) => {
    if (at.current) return;
    at.current = true;
    setBusy(path);
    setError(null);
    setDone(null);
    try {
      await ask("POST", path, body);
      await client.invalidateQueries();
      setDone(said);
    } catch (failed) {
      setError(failed);
    } finally {
      at.current = false;
      setBusy(null);
    }
  };
  /** `busy` is where something is being done, `done` the words for what was. */
  return { act, busy, error, done };
}
