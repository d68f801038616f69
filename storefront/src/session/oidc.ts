import type { User, UserManager } from "oidc-client-ts";
import type { Configuration } from "@/configuration";
import { holder, type Identity, type Person } from "@/session/person";
import { Watchers } from "@/session/watchers";

type Settings = Extract<Configuration["sign_in"], { kind: "oidc" }>;

const WAS_HERE = "signed-in";

/**
 * Any OpenID Connect provider, by authorization code with PKCE. Tokens live in memory; after a reload the
 * provider, which keeps the session, is asked again without bothering anybody.
 */
export class OidcIdentity implements Identity {
  private readonly watchers = new Watchers();
  private manager: Promise<UserManager> | null = null;
  private user: User | null = null;

  constructor(private readonly settings: Settings) {}

  async resume(): Promise<Person | null> {
    if (this.user) return holder(this.user.access_token);
    if (!sessionStorage.getItem(WAS_HERE) || location.pathname === CALLBACK) return null;
    await (await this.library()).signinRedirect({ prompt: "none", state: here() });
    return new Promise(() => {}); // the page is about to be left
  }

  async token(): Promise<string | null> {
    return this.user && !this.user.expired ? this.user.access_token : null;
  }

  async signIn(returnTo: string): Promise<void> {
    await (await this.library()).signinRedirect({ state: returnTo });
  }

  async finish(): Promise<string> {
    try {
      const user = await (await this.library()).signinRedirectCallback();
      this.take(user);
      return path(user.state);
    } catch (error) {
      // Asked without bothering anybody, the provider says that it knows nobody: then nobody is signed in.
      sessionStorage.removeItem(WAS_HERE);
      this.watchers.tell(null);
      const state = (error as { state?: unknown }).state;
      if (typeof state === "string") return path(state);
      throw error;
    }
  }

  async signOut(): Promise<void> {
    sessionStorage.removeItem(WAS_HERE);
    await (await this.library()).signoutRedirect({ post_logout_redirect_uri: location.origin });
  }

  forget(): void {
    this.user = null;
    this.watchers.tell(null);
  }

  watch(told: (person: Person | null) => void): () => void {
    return this.watchers.add(told);
  }

  private take(user: User): void {
    this.user = user;
    sessionStorage.setItem(WAS_HERE, "1");
    this.watchers.tell(holder(user.access_token));
  }

  private library(): Promise<UserManager> {
    this.manager ??= import("oidc-client-ts").then(
      ({ InMemoryWebStorage, UserManager, WebStorageStateStore }) => {
        const manager = new UserManager({
          authority: this.settings.authority,
          client_id: this.settings.client_id,
          scope: this.settings.scope ?? "openid email profile",
          redirect_uri: location.origin + CALLBACK,
          userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
          stateStore: new WebStorageStateStore({ store: sessionStorage }),
          extraQueryParams: this.settings.audience ? { audience: this.settings.audience } : {},
          automaticSilentRenew: true,
        });
        manager.events.addUserLoaded((user) => this.take(user));
        manager.events.addAccessTokenExpired(() => this.forget());
        return manager;
      },
    );
    return this.manager;
  }
}

export const CALLBACK = "/sign-in/callback";

function here(): string {
  return location.pathname + location.search;
}

/** A path of ours: whatever came back leads nowhere else. */
function path(given: unknown): string {
  return typeof given === "string" && /^\/(?!\/)/.test(given) ? given : "/";
}
