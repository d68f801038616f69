import type { User, UserManager } from "oidc-client-ts";
import type { Configuration } from "@/configuration";
import { holder, type Identity, type Person } from "@/session/person";
import { Watchers } from "@/session/watchers";

type Settings = Extract<Configuration["sign_in"], { kind: "oidc" }>;

const WAS_HERE = "signed-in";
const SOON_SECONDS = 30; // a token that ends while a request is under way is of no use

/**
 * Any OpenID Connect provider, by authorization code with PKCE. Tokens live in memory; after a reload the
 * provider, which keeps the session, is asked again without bothering anybody.
 */
export class OidcIdentity implements Identity {
  private readonly watchers = new Watchers();
  private manager: Promise<UserManager> | null = null;
  private user: User | null = null;
  private finishing: Promise<string> | null = null;
  private renewing: Promise<void> | null = null;

  constructor(private readonly settings: Settings) {}

  async resume(): Promise<Person | null> {
    if (this.user) return holder(this.user.access_token);
    if (!sessionStorage.getItem(WAS_HERE) || location.pathname === CALLBACK) return null;
    await (await this.library()).signinRedirect({ prompt: "none", state: here() });
    return new Promise(() => {}); // the page is about to be left
  }

  /** A provider that gives refresh tokens is asked for a new token; whoever has none of them signs in again. */
  async token(): Promise<string | null> {
    const { user } = this;
    if (user?.refresh_token && (user.expires_in ?? SOON_SECONDS) < SOON_SECONDS) {
      this.renewing ??= this.renew();
      await this.renewing;
    } else if (user?.expired) {
      this.forget();
    }
    return this.user?.access_token ?? null;
  }

  async signIn(returnTo: string): Promise<void> {
    await (await this.library()).signinRedirect({ state: returnTo });
  }

  /** Once a page: what the provider gave is good for one time. */
  finish(): Promise<string> {
    this.finishing ??= this.comeBack();
    return this.finishing;
  }

  async signOut(): Promise<void> {
    const manager = await this.library();
    sessionStorage.removeItem(WAS_HERE);
    if (await manager.metadataService.getEndSessionEndpoint()) {
      await manager.signoutRedirect({ post_logout_redirect_uri: location.origin });
    } else {
      await manager.removeUser(); // the provider's own session cannot be ended from here
      this.forget();
    }
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

  private async comeBack(): Promise<string> {
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

  private async renew(): Promise<void> {
    try {
      const user = await (await this.library()).signinSilent();
      if (user) this.take(user);
      else this.forget();
    } catch (error) {
      // The provider said no. A line that is down says nothing: the request itself will tell.
      if ((error as Error).name === "ErrorResponse") this.forget();
    } finally {
      this.renewing = null;
    }
  }

  private library(): Promise<UserManager> {
    this.manager ??= import("oidc-client-ts").then(
      ({ InMemoryWebStorage, UserManager, WebStorageStateStore }) =>
        new UserManager({
          authority: this.settings.authority,
          client_id: this.settings.client_id,
          scope: this.settings.scope ?? "openid email profile",
          redirect_uri: location.origin + CALLBACK,
          userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
          stateStore: new WebStorageStateStore({ store: sessionStorage }),
          extraQueryParams: this.settings.audience ? { audience: this.settings.audience } : {},
          automaticSilentRenew: false, // by a frame, which the content policy forbids; see `token`
        }),
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
