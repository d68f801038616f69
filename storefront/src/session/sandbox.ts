import { holder, type Identity, type Person, type Role } from "@/session/person";
import { Watchers } from "@/session/watchers";

export interface Somebody {
  email: string;
  name?: string;
  roles: Role[];
  locale?: string;
}

const KEPT = "sandbox.somebody";

/**
 * The sandbox's own identity provider, where anybody can be anybody. What it keeps between pages is who
 * somebody said they were, as a provider keeps a session; the token is asked for anew and kept nowhere.
 */
export class SandboxIdentity implements Identity {
  private held: string | null = null;
  private readonly watchers = new Watchers();

  async resume(): Promise<Person | null> {
    const kept = sessionStorage.getItem(KEPT);
    if (!kept) return null;
    try {
      return await this.become(JSON.parse(kept) as Somebody);
    } catch {
      return null;
    }
  }

  async token(): Promise<string | null> {
    return this.held;
  }

  /** Signs somebody in, whoever it is. */
  async become(somebody: Somebody): Promise<Person> {
    const answer = await fetch("/sandbox/tokens", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(somebody),
    });
    if (!answer.ok) throw new Error(((await answer.json()) as { detail?: string }).detail ?? "not signed in");
    const { token } = (await answer.json()) as { token: string };
    this.held = token;
    sessionStorage.setItem(KEPT, JSON.stringify(somebody));
    const person = holder(token);
    this.watchers.tell(person);
    return person;
  }

  /** A page of ours asks who it is to be: see `session/SignIn.tsx`. */
  async signIn(returnTo: string): Promise<void> {
    location.assign(`/sign-in?${new URLSearchParams({ return_to: returnTo })}`);
  }

  async finish(): Promise<string> {
    return "/";
  }

  async signOut(): Promise<void> {
    sessionStorage.removeItem(KEPT);
    this.forget();
  }

  forget(): void {
    this.held = null;
    this.watchers.tell(null);
  }

  watch(told: (person: Person | null) => void): () => void {
    return this.watchers.add(told);
  }
}
