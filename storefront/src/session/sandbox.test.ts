import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Person } from "@/session/person";
import { SandboxIdentity, type Somebody } from "@/session/sandbox";

const CARL: Somebody = { name: "Carl Jensen", email: "carl@client.example", roles: ["client"], locale: "en" };
const FRIDA: Somebody = { name: "Frida Lindqvist", email: "frida@freelancer.example", roles: ["freelancer"] };

let issued: string[];
let asked: Somebody[];

/** A token of its own at each call, which says who was asked for. */
function issue(somebody: Somebody): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const token = `${part({ alg: "none" })}.${part({ sub: somebody.email, ...somebody })}.${issued.length}`;
  issued.push(token);
  return token;
}

beforeEach(() => {
  [issued, asked] = [[], []];
  vi.stubGlobal("fetch", async (path: string, { method, body }: RequestInit) => {
    expect([method, path]).toEqual(["POST", "/sandbox/tokens"]);
    const somebody = JSON.parse(String(body)) as Somebody;
    asked.push(somebody);
    return Response.json({ token: issue(somebody) });
  });
});

/** All that outlives the page. */
function kept(): string {
  const all = (storage: Storage) => Object.keys(storage).map((key) => [key, storage.getItem(key)]);
  return JSON.stringify([all(localStorage), all(sessionStorage), document.cookie]);
}

describe("somebody in the sandbox", () => {
  it("is who they say they are, and has a token", async () => {
    const identity = new SandboxIdentity();
    expect(await identity.become(CARL)).toMatchObject({ name: "Carl Jensen", roles: ["client"] });
    expect(asked).toEqual([CARL]);
    expect(await identity.token()).toBe(issued[0]);
  });

  it("has a token that is kept in no storage", async () => {
    await new SandboxIdentity().become(CARL);
    expect(kept()).toContain("carl@client.example");
    for (const part of issued[0]?.split(".").slice(0, 2) ?? []) expect(kept()).not.toContain(part);
  });

  it("is still there after a reload, by a token that is asked for anew", async () => {
    await new SandboxIdentity().become(CARL);
    const reloaded = new SandboxIdentity();
    expect(await reloaded.token()).toBeNull();
    expect(await reloaded.resume()).toMatchObject({ email: "carl@client.example", roles: ["client"] });
    expect(asked).toEqual([CARL, CARL]);
    expect(await reloaded.token()).toBe(issued[1]);
  });

  it("is gone after signing out, also after a reload", async () => {
    const identity = new SandboxIdentity();
    await identity.become(CARL);
    await identity.signOut();
    expect(await identity.token()).toBeNull();
    expect(await new SandboxIdentity().resume()).toBeNull();
    expect(asked).toHaveLength(1);
  });

  it("holds no token any more that the API no longer takes", async () => {
    const identity = new SandboxIdentity();
    await identity.become(CARL);
    identity.forget();
    expect(await identity.token()).toBeNull();
  });

  it("is told to those who watch, until they do not", async () => {
    const identity = new SandboxIdentity();
    const told: (Person | null)[] = [];
    const stop = identity.watch((person) => told.push(person));
    await identity.become(CARL);
    await identity.become(FRIDA);
    await identity.signOut();
    stop();
    await identity.become(CARL);
    expect(told.map((person) => person?.name ?? null)).toEqual(["Carl Jensen", "Frida Lindqvist", null]);
  });
});

describe("nobody", () => {
  it("is there at first, and nobody asks for a token", async () => {
    expect(await new SandboxIdentity().resume()).toBeNull();
    expect(asked).toEqual([]);
  });

  it("comes of a refusal, which says why", async () => {
    vi.stubGlobal("fetch", async () => Response.json({ detail: "No such role." }, { status: 422 }));
    const identity = new SandboxIdentity();
    await expect(identity.become(CARL)).rejects.toThrow("No such role.");
    expect(await identity.token()).toBeNull();
    expect(kept()).not.toContain("carl@client.example");
  });

  it("is there after a reload where the provider does not answer", async () => {
    await new SandboxIdentity().become(CARL);
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("Failed to fetch");
    });
    expect(await new SandboxIdentity().resume()).toBeNull();
  });
});
