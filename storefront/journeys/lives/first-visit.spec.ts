import { expect, test } from "../world.ts";

const MOST_KB = 250;

// As a deployed storefront is: without the sandbox's bar.
test.use({ environment: { TIME_MACHINE: "off" } });

test("a first visit loads no more than 250 kB of JavaScript, and nothing from anywhere else", async ({
  page,
  sandbox,
}) => {
  const link = await sandbox.enroll();
  const scripts = new Set<string>();
  page.on("response", (response) => {
    if (response.headers()["content-type"]?.startsWith("text/javascript")) scripts.add(response.url());
  });
  await page.goto(link);
  await expect(page.getByRole("heading", { level: 2, name: /^Microsoft 365/ })).toHaveCount(4);
  await page.waitForLoadState("networkidle");

  let bytes = 0;
  for (const url of scripts) {
    const answer = await page.request.get(url, { headers: { "Accept-Encoding": "gzip" } });
    expect(answer.headers()["content-encoding"]).toBe("gzip");
    bytes += Number(answer.headers()["content-length"]);
  }
  expect(scripts.size).toBeGreaterThan(1);
  const kilobytes = bytes / 1000;
  console.log(`a first visit: ${kilobytes.toFixed(0)} kB of JavaScript, gzipped, in ${scripts.size} files`);
  expect(kilobytes).toBeLessThanOrEqual(MOST_KB);
});

test("the page says what it may load, and keeps no token where scripts could find it later", async ({
  as,
  sandbox,
}) => {
  const page = await as("carl");
  const answer = await page.goto("/subscriptions");
  const policy = answer?.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|\*/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
  );
  expect(kept).not.toMatch(/eyJ[\w-]+\.eyJ/);
  expect(kept).not.toContain(await sandbox.token("carl@client.example"));
});

test("everything can be done with the keyboard: from the link to the payment", async ({ page, sandbox }) => {
  const link = await sandbox.enroll();
  await page.goto(link);
  await expect(page.getByRole("heading", { level: 2, name: /^Microsoft 365/ })).toHaveCount(4);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
  for (let step = 0; step < 10 && (await focused()) !== "Choose Microsoft 365 Business Basic"; step++) {
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Set up your subscription" })).toBeFocused();
  await page.getByRole("button", { name: "One user more" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Users")).toHaveValue("2");
  await page.getByRole("link", { name: "Continue to payment" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeFocused();
});
