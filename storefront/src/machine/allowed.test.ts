import { expect, test, vi } from "vitest";
import { isAllowed } from "@/machine/allowed";

function page(...ids: string[]) {
  return ids.map((routeId) => ({ routeId, pathname: routeId, params: {} }));
}

const ONE = [
  { routeId: "/signed-in", pathname: "/", params: { id: "sub_1" } },
  { routeId: "/signed-in/subscriptions/$id", pathname: "/subscriptions/sub_1", params: { id: "sub_1" } },
];

test("a page without a gate is everybody's, except the way in", async () => {
  expect(await isAllowed(page("__root__", "/set-up"), ["operator"])).toBe(true);
  expect(await isAllowed(page("__root__", "/sign-in"), ["operator"])).toBe(false);
});

test("a room is for those whose it is", async () => {
  expect(await isAllowed(page("__root__", "/client", "/client/billing"), ["client"])).toBe(true);
  expect(await isAllowed(page("__root__", "/client", "/client/billing"), ["freelancer"])).toBe(false);
});

test("only a client pays", async () => {
  expect(await isAllowed(page("__root__", "/signed-in", "/signed-in/checkout"), ["client"])).toBe(true);
  expect(await isAllowed(page("__root__", "/signed-in", "/signed-in/checkout"), ["operator"])).toBe(false);
});

test("whose a subscription is, the API says", async () => {
  const asked = vi.fn(async (_: Request) => Response.json({ id: "sub_1" }));
  vi.stubGlobal("fetch", asked);
  expect(await isAllowed(ONE, ["operator"])).toBe(true);
  expect(asked.mock.calls[0]?.[0].url).toMatch(/\/v1\/subscriptions\/sub_1$/);
  vi.stubGlobal("fetch", async () => Response.json({ code: "not_found" }, { status: 404 }));
  expect(await isAllowed(ONE, ["client"])).toBe(false);
});
