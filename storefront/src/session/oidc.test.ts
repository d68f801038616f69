import { beforeEach, describe, expect, it, vi } from "vitest";
import { OidcIdentity } from "@/session/oidc";
import type { Person } from "@/session/person";

/** The library as far as it is used: the journeys have the real one, at a provider that is simulated. */
const provider = vi.hoisted(() => ({
  user: {} as Record<string, unknown>,
  endSession: undefined as string | undefined,
  callback: vi.fn(),
  silent: vi.fn(),
  signOut: vi.fn(),
  remove: vi.fn(),
}));

vi.mock("oidc-client-ts", () => ({
  InMemoryWebStorage: class {},
  WebStorageStateStore: class {},
  UserManager: class {
    metadataService = { getEndSessionEndpoint: async () => provider.endSession };
    signinRedirectCallback = provider.callback;
    signinSilent = provider.silent;
    signoutRedirect = provider.signOut;
    removeUser = provider.remove;
  },
}));

const encoded = (claims: object) => btoa(JSON.stringify(claims)).replace(/=+$/, "");
const TOKEN = `e30.${encoded({ sub: "usr_1", email: "carl@client.example", roles: ["client"] })}.sig`;
const AGAIN = `e30.${encoded({ sub: "usr_1", email: "carl@client.example", roles: ["client"] })}.two`;

function user(other: Record<string, unknown> = {}): Record<string, unknown> {
  return { access_token: TOKEN, expires_in: 3600, expired: false, state: "/billing", ...other };
}

async function signedIn(other: Record<string, unknown> = {}): Promise<OidcIdentity> {
  provider.callback.mockResolvedValue(user(other));
  const identity = new OidcIdentity({
    kind: "oidc",
    authority: "https://sign-in.example",
    client_id: "storefront",
  });
  await identity.finish();
  return identity;
}

beforeEach(() => {
  sessionStorage.clear();
  provider.endSession = "https://sign-in.example/logout";
  for (const each of [provider.callback, provider.silent, provider.signOut, provider.remove])
    each.mockReset();
});

describe("coming back from the provider", () => {
  it.each([
    ["/billing", "/billing"],
    ["//evil.example", "/"],
    ["https://evil.example", "/"],
    [undefined, "/"],
  ])("with %s leads to %s", async (state, path) => {
    provider.callback.mockResolvedValue(user({ state }));
    const identity = new OidcIdentity({ kind: "oidc", authority: "https://x.example", client_id: "s" });
    expect(await identity.finish()).toBe(path);
  });

  it("is done once, however often the page asks", async () => {
    const identity = await signedIn();
    expect(await identity.finish()).toBe("/billing");
    expect(provider.callback).toHaveBeenCalledTimes(1);
  });

  it("unknown to the provider leads on, and nobody is signed in", async () => {
    provider.callback.mockRejectedValue(
      Object.assign(new Error("login_required"), { state: "/subscriptions" }),
    );
    const identity = new OidcIdentity({ kind: "oidc", authority: "https://x.example", client_id: "s" });
    expect(await identity.finish()).toBe("/subscriptions");
    expect(await identity.token()).toBeNull();
  });
});

describe("a token", () => {
  it("that has ended is nobody's, and whoever watches is told", async () => {
    const identity = await signedIn({ expired: true, expires_in: -1 });
    const told: (Person | null)[] = [];
    identity.watch((person) => told.push(person));
    expect(await identity.token()).toBeNull();
    expect(told).toEqual([null]);
  });

  it("that ends soon is renewed once, however many ask for it", async () => {
    const identity = await signedIn({ expires_in: 10, refresh_token: "r" });
    provider.silent.mockResolvedValue(user({ access_token: AGAIN }));
    expect(await Promise.all([identity.token(), identity.token()])).toEqual([AGAIN, AGAIN]);
    expect(provider.silent).toHaveBeenCalledTimes(1);
  });

  it("is kept while the line to the provider is down", async () => {
    const identity = await signedIn({ expires_in: 10, refresh_token: "r" });
    provider.silent.mockRejectedValue(new TypeError("Failed to fetch"));
    expect(await identity.token()).toBe(TOKEN);
  });

  it("that the provider does not renew is over", async () => {
    const identity = await signedIn({ expires_in: 10, refresh_token: "r" });
    provider.silent.mockRejectedValue(Object.assign(new Error("invalid_grant"), { name: "ErrorResponse" }));
    expect(await identity.token()).toBeNull();
  });
});

describe("signing out", () => {
  it("ends the session at the provider", async () => {
    await (await signedIn()).signOut();
    expect(provider.signOut).toHaveBeenCalledWith({ post_logout_redirect_uri: location.origin });
    expect(sessionStorage.length).toBe(0);
  });

  it("is done here where the provider has no way to", async () => {
    provider.endSession = undefined;
    const identity = await signedIn();
    await identity.signOut();
    expect(provider.remove).toHaveBeenCalled();
    expect(await identity.token()).toBeNull();
  });
});
