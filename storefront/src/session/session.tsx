import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { cache } from "@/api/cache";
import { follow } from "@/i18n";
import { identity } from "@/session/identity";
import type { Person, Role } from "@/session/person";
import { isTheirs } from "@/session/theirs";

interface Session {
  /** Undefined while it is being found out. */
  person: Person | null | undefined;
  is: (role: Role) => boolean;
}

const Here = createContext<Session>({ person: undefined, is: () => false });

/** Knows who is signed in, from the first page on. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [person, setPerson] = useState<Person | null | undefined>(undefined);

  useEffect(() => {
    let heard = false;
    let before: string | undefined;
    const stop = identity.watch((found) => {
      heard = true;
      if (before !== undefined && before !== found?.sub) cache.removeQueries({ predicate: isTheirs });
      before = found?.sub;
      setPerson(found);
      follow(found?.locale);
    });
    void identity.resume().then(
      (found) => heard || setPerson(found),
      () => heard || setPerson(null),
    );
    return stop;
  }, []);

  const session = useMemo(
    () => ({ person, is: (role: Role) => person?.roles.includes(role) ?? false }),
    [person],
  );
  return <Here.Provider value={session}>{children}</Here.Provider>;
}

export function useSession(): Session {
  return useContext(Here);
}
