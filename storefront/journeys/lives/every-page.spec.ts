import type { Page } from "@playwright/test";
import { accessible, expect, test } from "../world.ts";

// Whoever it is: what their pages show while they wait, when nothing is there, and when nothing answers.
const PAGES: Record<"carl" | "frida" | "olga", (id: string, invoice: string) => string[]> = {
  carl: (id, invoice) => [
    "/",
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
  olga: (id) => [
    "/operator",
    "/operator/applications",
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

for (const who of ["carl", "frida", "olga"] as const) {
  test(`each page of ${who}: waiting, refused, answered`, async ({ sandbox, as }) => {
    test.setTimeout(300_000);
    const link = await sandbox.enroll();
    const id = await sandbox.buy(link);
    await sandbox.activate(id);
    const { data } = await sandbox.ask<{ data: { id: string }[] }>(
      "GET",
      "/v1/invoices",
      undefined,
      await sandbox.token("carl@client.example"),
    );
    const page = await as(who);
    for (const path of PAGES[who](id, data[0]?.id ?? "")) {
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
        while (await again.count()) await again.first().click();
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
    olga: ["", "/applications", "/subscriptions", "/effects", "/prices", "/sweeps", "/troubles"].map(
      (path) => `/operator${path}`,
    ),
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
