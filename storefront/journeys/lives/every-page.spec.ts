import type { Page } from "@playwright/test";
import { PEOPLE, type Sandbox } from "../sandbox.ts";
import { accessible, expect, test } from "../world.ts";

// Whoever it is: what their pages show while they wait, when nothing is there, and when nothing answers.
const PAGES: Record<
  "carl" | "frida" | "olga",
  (id: string, invoice: string, freelancer: string) => string[]
> = {
  carl: (id, invoice) => [
    "/",
    "/set-up",
    "/subscriptions",
    `/subscriptions/${id}`,
    `/subscriptions/${id}/account`,
    `/subscriptions/${id}/authenticate`,
    `/subscriptions/${id}/cancel`,
    `/subscriptions/${id}/credentials`,
    `/subscriptions/${id}/permissions`,
    `/subscriptions/${id}/renewal`,
    `/subscriptions/${id}/welcome`,
    "/billing",
    `/billing/${invoice}`,
  ],
  frida: () => [
    "/freelancer",
    "/freelancer/application",
    "/freelancer/terms",
    "/freelancer/delegations",
    "/freelancer/payouts",
  ],
  olga: (id, _, freelancer) => [
    "/operator",
    "/operator/applications",
    "/operator/freelancers",
    `/operator/freelancers/${freelancer}`,
    "/operator/subscriptions?status=active",
    "/operator/effects",
    "/operator/prices",
    "/operator/sweeps",
    "/operator/troubles",
    `/subscriptions/${id}`,
  ],
};

test.use({ environment: { TIME_MACHINE: "off" } });

const PROBLEM = {
  type: "urn:seatwise:problem:internal_error",
  title: "Something went wrong",
  status: 503,
  code: "internal_error",
  detail: "It is not your fault.",
  instance: "urn:seatwise:request:6f1c2d3e-0000-4000-8000-5eab0a6d0010",
};
const API = /\/v1\//;

async function settled(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  await page.waitForLoadState("networkidle");
}

/** Frida has sold, and what Carl has bought is in use. */
async function lived(sandbox: Sandbox): Promise<[id: string, invoice: string, freelancer: string]> {
  const id = await sandbox.buy(await sandbox.enroll());
  await sandbox.activate(id);
  const token = await sandbox.token(PEOPLE.carl.email);
  const { data } = await sandbox.ask<{ data: { id: string }[] }>("GET", "/v1/invoices", undefined, token);
  const frida = await sandbox.token(PEOPLE.frida.email);
  const freelancer = await sandbox.ask<{ id: string }>("GET", "/v1/freelancer", undefined, frida);
  return [id, data[0]?.id ?? "", freelancer.id];
}

for (const who of ["carl", "frida", "olga"] as const) {
  test(`each page of ${who}: waiting, refused, answered`, async ({ sandbox, as }) => {
    test.setTimeout(300_000);
    const ids = await lived(sandbox);
    const page = await as(who);
    for (const path of PAGES[who](...ids)) {
      await test.step(path, async () => {
        let answer: () => void = () => {};
        const answered = new Promise<void>((resolve) => {
          answer = resolve;
        });
        let refuse = true;
        await page.route(API, async (route) => {
          await answered;
          if (!refuse) return route.continue();
          return route.fulfill({ status: 503, contentType: "application/problem+json", json: PROBLEM });
        });
        await page.goto(path);
        await page.waitForTimeout(300);
        await accessible(page);
        answer();
        await expect(page.getByRole("alert").first()).toBeVisible();
        await accessible(page);
        refuse = false;
        const again = page.getByRole("button", { name: "Try again" });
        await expect(async () => {
          // What one click has read anew may take other buttons away with it.
          if (await again.count()) await again.first().click({ timeout: 1000 });
          await expect(again).toHaveCount(0, { timeout: 1000 });
        }).toPass();
        await expect(page.getByRole("alert")).toHaveCount(0);
        await settled(page);
        await accessible(page);
        await page.unroute(API);
      });
    }
  });
}

test("each page of a marketplace in which nothing has happened yet", async ({ as }) => {
  const empty = {
    carl: ["/subscriptions", "/billing"],
    frida: ["/freelancer"],
    olga: [
      "",
      "/applications",
      "/freelancers",
      "/subscriptions",
      "/effects",
      "/prices",
      "/sweeps",
      "/troubles",
    ].map((path) => `/operator${path}`),
  };
  for (const who of ["carl", "frida", "olga"] as const) {
    const page = await as(who);
    for (const path of empty[who]) {
      await page.goto(path);
      await settled(page);
      await expect(page.getByRole("alert")).toHaveCount(0);
      await accessible(page);
    }
  }
});

// How far things move that nobody touched, as the browser reckons it: up to 0.1 is called good.
const MOST_MOVED = 0.05;

for (const who of ["carl", "frida", "olga"] as const) {
  test(`nothing jumps while a page of ${who} is read on a phone`, async ({ sandbox, as }) => {
    const ids = await lived(sandbox);
    const page = await as(who, { viewport: { width: 390, height: 844 } });
    await page.addInitScript(() => {
      const moved = { sum: 0 };
      Object.assign(globalThis, { moved });
      new PerformanceObserver((list) => {
        for (const each of list.getEntries()) moved.sum += (each as unknown as { value: number }).value;
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.route(API, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await route.continue();
    });
    for (const path of PAGES[who](...ids)) {
      await page.goto(path);
      await settled(page);
      const moved = await page.evaluate(
        () => (globalThis as unknown as { moved: { sum: number } }).moved.sum,
      );
      expect(moved, path).toBeLessThanOrEqual(MOST_MOVED);
    }
  });
}
