import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ask, clock, mails } from "@/machine/sandbox";
import { identity } from "@/session/identity";
import { SandboxIdentity } from "@/session/sandbox";
import { setClock, useNow } from "@/time/now";

export type Move = { advance: string } | { to: string };

export interface Moved {
  now: string;
  fired: Record<string, number>;
  /** How many mails were sent on the way. */
  mails: number;
}

interface Given {
  begun: () => void;
  moved: (moved: Moved) => void;
  failed: (error: unknown) => void;
}

/** The sandbox's clock: what it shows, and moving it. */
export function useClock({ begun, moved, failed }: Given) {
  const client = useQueryClient();
  const known = useQuery(clock()).data;
  const runs = useNow();
  const [moving, setMoving] = useState(false);

  useEffect(() => {
    if (known) setClock(known.now, known.stands);
  }, [known]);

  const move = async (by: Move) => {
    if (moving) return;
    setMoving(true);
    begun();
    try {
      const before = await client.fetchQuery({ ...mails(), staleTime: 0 });
      const { now, fired } = await ask<Omit<Moved, "mails">>("POST", "/sandbox/clock", by);
      setClock(now, true);
      await stayed();
      // Whatever is on the page may have changed on the way.
      await client.invalidateQueries();
      const after = await client.fetchQuery({ ...mails(), staleTime: 0 });
      moved({ now, fired, mails: after.data.length - before.data.length });
    } catch (error) {
      failed(error);
    } finally {
      setMoving(false);
    }
  };
  const shown = known && (known.stands ? Date.parse(known.now) : runs);
  return { shown, stands: known?.stands, next: known?.next_event ?? null, move, moving };
}

/** A token does not outlive a journey of years; whoever was signed in still is. */
async function stayed(): Promise<void> {
  if (identity instanceof SandboxIdentity && (await identity.token())) await identity.resume();
}
