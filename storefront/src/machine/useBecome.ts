import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { isAllowed } from "@/machine/allowed";
import { homeOf } from "@/session/home";
import { identity } from "@/session/identity";
import { SandboxIdentity, type Somebody } from "@/session/sandbox";
import { isTheirs } from "@/session/theirs";

/** Signs somebody else in, and leads them `to` where they are wanted: without that, home, unless this page is theirs too. */
export function useBecome(): (somebody: Somebody, to?: string) => Promise<void> {
  const client = useQueryClient();
  const router = useRouter();
  return async ({ name, email, roles, locale }, to) => {
    if (!(identity instanceof SandboxIdentity)) return;
    await client.cancelQueries({ predicate: isTheirs });
    const person = await identity.become({ name, email, roles, locale });
    // What one has read is nobody else's.
    client.removeQueries({ predicate: isTheirs, type: "inactive" });
    const path = to ?? ((await isAllowed(router.state.matches, person.roles)) ? null : homeOf(person.roles));
    if (path) {
      router.history.push(path);
      await router.load();
      client.removeQueries({ predicate: isTheirs, type: "inactive" });
    }
    await client.resetQueries({ predicate: isTheirs, type: "active" });
  };
}
