import { expect, test, vi } from "vitest";
import type { Persona } from "@/machine/sandbox";
import { castOf, play, type Scene } from "@/machine/stage";
import type { Role } from "@/session/person";

function persona(name: string, role: Role, locale = "en"): Persona {
  return { name, email: `${name}@people.example`, roles: [role], locale, token: name };
}

const PERSONAS = [
  persona("Chloé", "client", "fr"),
  persona("Carl", "client"),
  persona("Frida", "freelancer"),
  persona("Olga", "operator"),
];

const INVITE = "Olga POST /v1/admin/invitations";
const ENROLLMENT = [
  INVITE,
  "Frida POST /v1/freelancer/application",
  "Olga POST /v1/admin/applications/frl_1/decision",
  "Frida GET /v1/freelancer/terms",
  "Frida POST /v1/freelancer/terms",
];
const PURCHASE = "Carl POST /v1/subscriptions";
const ACCOUNT = "Carl PUT /v1/subscriptions/sub_1/microsoft-account";

/** A sandbox in which Frida has come as far as this; it notes who asks for what, each look at her apart. */
function sandbox(state: string | null): { calls: string[]; bodies: Record<string, object> } {
  const seen = { calls: [] as string[], bodies: {} as Record<string, object> };
  let frida = state;
  const steps: Record<string, string> = {
    "/v1/admin/invitations": "invited",
    "/v1/freelancer/application": "applied",
    "/v1/admin/applications/frl_1/decision": "approved",
  };
  vi.stubGlobal("fetch", async (path: string, { method, headers, body }: RequestInit) => {
    const who = new Headers(headers).get("Authorization")?.replace("Bearer ", "");
    const call = [who, method, path].filter(Boolean).join(" ");
    if (call !== "Frida GET /v1/freelancer") seen.calls.push(call);
    if (body) seen.bodies[call] = JSON.parse(String(body)) as object;
    if (method === "POST" && path === "/v1/freelancer/terms") frida = "enrolled";
    else if (method === "POST") frida = steps[path] ?? frida;
    if (path === "/v1/subscriptions") return Response.json({ id: "sub_1" }, { status: 201 });
    if (path.endsWith("terms") && method === "GET") return Response.json({ version: "v1", text: "" });
    if (frida === null) return Response.json({ code: "not_found" }, { status: 404 });
    return Response.json({ id: "frl_1", state: frida, link: frida === "enrolled" ? { token: "abc" } : null });
  });
  return seen;
}

const as = (scene: Scene) => play(scene, castOf(PERSONAS));

test("whoever plays reads English, where somebody does", () => {
  expect(castOf(PERSONAS).client.name).toBe("Carl");
  expect(castOf(PERSONAS.filter(({ name }) => name !== "Carl")).client.name).toBe("Chloé");
});

test("a freelancer whom nobody knows is invited, applies, is approved, and signs", async () => {
  const { calls } = sandbox(null);
  expect(await as("enroll")).toEqual({ path: "/l/abc", seenBy: null });
  expect(calls).toEqual(ENROLLMENT);
});

test("a freelancer who has left is invited again", async () => {
  const { calls } = sandbox("left");
  await as("enroll");
  expect(calls).toEqual(ENROLLMENT);
});

test("a freelancer who is halfway goes on from there", async () => {
  const { calls } = sandbox("applied");
  await as("enroll");
  expect(calls).toEqual(ENROLLMENT.slice(2));
});

test("a freelancer who is enrolled already only shows the link", async () => {
  const { calls } = sandbox("enrolled");
  expect((await as("enroll")).path).toBe("/l/abc");
  expect(calls).toEqual([]);
});

test("what is bought is bought through the freelancer's link, and seen by the client", async () => {
  const { calls, bodies } = sandbox("enrolled");
  const { path, seenBy } = await as("pending");
  expect([path, seenBy?.name]).toEqual(["/subscriptions/sub_1", "Carl"]);
  expect(calls).toEqual([PURCHASE]);
  expect(bodies[PURCHASE]).toMatchObject({ link_token: "abc", payment_method: "pm_card_visa" });
});

test("up to active, the account is submitted, approved by the operator, and agreed to at Microsoft", async () => {
  const { calls } = sandbox("enrolled");
  await as("active");
  expect(calls).toEqual([
    PURCHASE,
    ACCOUNT,
    "Olga POST /v1/admin/reviews/sub_1/decision",
    "POST /sandbox/microsoft/sub_1/accept-agreement",
  ]);
});

test("under review, nobody has decided yet", async () => {
  const { calls } = sandbox("enrolled");
  await as("connecting");
  expect(calls).toEqual([PURCHASE, ACCOUNT]);
});

test("a delegation is asked for under the terms in force, granted, and seen by the freelancer", async () => {
  const { calls, bodies } = sandbox("enrolled");
  expect((await as("delegated")).seenBy?.name).toBe("Frida");
  expect(calls.slice(1)).toEqual([
    "Carl GET /v1/delegation-terms",
    "Carl PUT /v1/subscriptions/sub_1/delegation",
    "Frida POST /v1/delegations/sub_1/decision",
  ]);
  expect(bodies["Carl PUT /v1/subscriptions/sub_1/delegation"]).toEqual({ terms_version: "v1" });
});

test("what the API refuses is refused here", async () => {
  vi.stubGlobal("fetch", async () => Response.json({ code: "forbidden" }, { status: 403 }));
  await expect(as("enroll")).rejects.toMatchObject({ code: "forbidden" });
});
