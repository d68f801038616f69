/** Who is at the other end, and what keeps it. */

export type Role = "client" | "freelancer" | "operator";

export interface Person {
  sub: string;
  name: string;
  email: string;
  roles: Role[];
  locale: string | null;
}

/** Whoever knows people. A token is held in memory alone, and dies with the page. */
export interface Identity {
  /** Who was signed in before this page was loaded, if they still are. May leave the page to find out. */
  resume(): Promise<Person | null>;
  token(): Promise<string | null>;
  /** Begins to sign in, and comes back to a path of ours. */
  signIn(returnTo: string): Promise<void>;
  /** Ends what `signIn` began, at the address it came back to; answers the path to go to. */
  finish(): Promise<string>;
  signOut(): Promise<void>;
  /** The API no longer takes the token. */
  forget(): void;
  /** Tells of everybody who comes and goes. */
  watch(told: (person: Person | null) => void): () => void;
}

const ROLES: readonly string[] = ["client", "freelancer", "operator"];

/** What a token says of its holder, for showing only: the API alone judges whether it is genuine. */
export function holder(token: string): Person {
  const payload = token.split(".")[1] ?? "";
  const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (c) =>
    c.charCodeAt(0),
  );
  const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  const roles = Array.isArray(claims.roles) ? claims.roles : [];
  const email = String(claims.email ?? "");
  return {
    sub: String(claims.sub ?? ""),
    name: String(claims.name || email),
    email,
    roles: roles.filter((role): role is Role => ROLES.includes(role)),
    locale: typeof claims.locale === "string" ? claims.locale : null,
  };
}
