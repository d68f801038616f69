import type { Page } from "@playwright/test";
import { accessible, expect, test } from "../world.ts";

// As in a deployment: people sign in at a provider of their own origin, and no bar changes who they are.
const DEPLOYED = { SIGN_IN: "oidc", TIME_MACHINE: "off" };
test.use({ environment: DEPLOYED });

const provider = (page: Page) => page.getByRole("heading", { name: "Who are you?" });

async function signInAsCarl(page: Page): Promise<void> {
  await expect(provider(page)).toBeVisible();
  const row = page.locator(".row", { hasText: "Carl Jensen" });
  await row.getByRole("button", { name: "Sign in" }).click();
}

test("somebody signs in at the provider, comes back to where they were, and stays signed in", async ({
  page,
  sandbox,
}) => {
  await page.goto(await sandbox.enroll());
  await page.getByRole("button", { name: "Choose Microsoft 365 Business Basic" }).click();
  await page.getByRole("link", { name: "Continue to payment" }).click();
  await expect(provider(page)).toBeVisible();
  expect(new URL(page.url()).origin).not.toBe(sandbox.url);
  await accessible(page);
  await signInAsCarl(page);

  await expect(page).toHaveURL(`${sandbox.url}/checkout`);
  await expect(page.getByRole("button", { name: "Carl Jensen" })).toBeVisible();
  const kept = () => page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(await kept()).not.toMatch(/eyJ[\w-]+\.eyJ/);

  // A reload forgets the token; the provider is asked again, and bothers nobody.
  await page.reload();
  await expect(page).toHaveURL(`${sandbox.url}/checkout`);
  await expect(page.getByRole("button", { name: "Carl Jensen" })).toBeVisible();
  expect(await kept()).not.toMatch(/eyJ[\w-]+\.eyJ/);

  await page.getByRole("button", { name: "Carl Jensen" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("banner").getByRole("button", { name: "Sign in" })).toBeEnabled();
  await page.goto("/subscriptions");
  await expect(provider(page)).toBeVisible();
});

test("whom the provider no longer knows is nobody here either, and hears no error", async ({ page }) => {
  await page.goto("/subscriptions");
  await signInAsCarl(page);
  await expect(page.getByRole("heading", { level: 1, name: "Products & software" })).toBeVisible();
  await page.context().clearCookies();
  await page.goto("/");
  await expect(page.getByRole("banner").getByRole("button", { name: "Sign in" })).toBeEnabled();
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("a token that has ended is got anew on the way, by the provider's session", async ({
  page,
  sandbox,
}) => {
  await page.clock.install();
  await page.goto("/subscriptions");
  await signInAsCarl(page);
  await expect(page.getByRole("heading", { level: 1, name: "Products & software" })).toBeVisible();
  await page.clock.fastForward("01:01:00");
  await page.getByRole("link", { name: "Billing and payments" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Billing and payments" })).toBeVisible();
  await expect(page).toHaveURL(`${sandbox.url}/billing`);
});

test.describe("with refresh tokens", () => {
  test.use({ environment: { ...DEPLOYED, SIGN_IN_SCOPE: "openid email profile offline_access" } });

  test("a token is renewed before it ends, without leaving the page", async ({ page, sandbox }) => {
    await page.clock.install();
    await page.goto("/subscriptions");
    await signInAsCarl(page);
    await expect(page.getByRole("heading", { level: 1, name: "Products & software" })).toBeVisible();
    const left: string[] = [];
    page.on("framenavigated", (frame) => frame.url().startsWith(sandbox.url) || left.push(frame.url()));
    for (let hour = 0; hour < 2; hour++) {
      await page.clock.fastForward("00:59:45");
      const renewed = page.waitForResponse((answer) => answer.url().endsWith("/token"));
      await page.getByRole("link", { name: hour ? "Products & software" : "Billing and payments" }).click();
      expect((await renewed).status()).toBe(200);
    }
    await expect(page.getByRole("heading", { level: 1, name: "Products & software" })).toBeVisible();
    expect(left).toEqual([]);
  });
});
