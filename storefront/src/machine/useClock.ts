import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ask, clock, type Mail, mails } from "@/machine/sandbox";
import { setClock } from "@/time/now";

type Move = { advance: string } | { to: string };

export interface Moved {
  now: string;
  fired: Record<string, number>;
  /** How many mails were sent on the way. */
  mails: number;
}

/** The sandbox's clock: what it shows, and moving it. */
export function useClock() {
  const client = useQueryClient();
  const shown = useQuery(clock()).data;
  const [moving, setMoving] = useState(false);
  const [moved, setMoved] = useState<Moved | null>(null);
  const [error, setError] = useState<unknown>(null);

  useEffect(() => {
    if (shown) setClock(shown.now, shown.stands);
  }, [shown]);

  const move = async (by: Move) => {
    if (moving) return;
    setMoving(true);
    setMoved(null);
    setError(null);
    try {
      const before = (await ask<{ data: Mail[] }>("GET", "/sandbox/mailbox")).data.length;
      const { now, fired } = await ask<{ now: string; fired: Record<string, number> }>(
        "POST",
        "/sandbox/clock",
        by,
      );
      const after = await client.fetchQuery({ ...mails(), staleTime: 0 });
      const found = await client.fetchQuery({ ...clock(), staleTime: 0 });
      setClock(found.now, found.stands);
      setMoved({ now, fired, mails: after.data.length - before });
      // Whatever is on the page may have changed on the way.
      await client.invalidateQueries();
    } catch (failed) {
      setError(failed);
    } finally {
      setMoving(false);
    }
  };
  return { shown, move, moving, moved, error };
}
