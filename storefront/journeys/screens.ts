// `make screens`: the pictures in the README, taken anew.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Browser, chromium as browsers, type Page } from "@playwright/test";
import { ARGUMENTS, chromium } from "./chromium.ts";
import { PEOPLE, Sandbox } from "./sandbox.ts";

const IMAGES = fileURLToPath(new URL("../../docs/images/", import.meta.url));

interface Look {
  who?: keyof typeof PEOPLE;
  dark?: boolean;
  height?: number;
}

async function take(
  browser: Browser,
  sandbox: Sandbox,
  name: string,
  path: string,
  look: Look,
  ready: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({
    baseURL: sandbox.url,
    viewport: { width: 1280, height: look.height ?? 860 },
    colorScheme: look.dark ? "dark" : "light",
    locale: "en-US",
    timezoneId: "UTC",
    reducedMotion: "reduce",
  });
  if (look.who) {
    const { name, email, roles, locale } = PEOPLE[look.who];
    await context.addInitScript(
      (somebody) => self === top && sessionStorage.setItem("sandbox.somebody", somebody),
      JSON.stringify({ name, email, roles, locale }),
    );
  }
  const page = await context.newPage();
  await page.goto(path);
  await ready(page);
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: `${IMAGES}${name}.png` });
  await context.close();
  console.log(`docs/images/${name}.png`);
}

await mkdir(IMAGES, { recursive: true });
const sandbox = await Sandbox.start();
const browser = await browsers.launch({ executablePath: chromium(), args: ARGUMENTS });
try {
  const link = await sandbox.enroll();
  const active = await sandbox.buy(link);
  await sandbox.activate(active);
  await sandbox.advance("P1M");
  const connecting = await sandbox.buy(link, {
    plan_id: "business-standard",
    seats: 3,
    billing_period: "yearly",
  });
  await sandbox.submit(connecting, "carlscafe");
  await sandbox.buy(link, { plan_id: "business-premium", seats: 1 });
  await sandbox.advance("P2DT2H");

  await take(browser, sandbox, "plans", link, {}, async (page) => {
    await page
      .getByRole("heading", { level: 2, name: /^Microsoft 365/ })
      .first()
      .waitFor();
  });
  await take(browser, sandbox, "subscriptions", "/subscriptions", { who: "carl" }, async (page) => {
    await page.getByRole("button", { name: /^Actions for Microsoft 365 Business Basic/ }).click();
    await page.getByRole("menu").waitFor();
  });
  await take(browser, sandbox, "cancel", `/subscriptions/${active}/cancel`, { who: "carl" }, async (page) => {
    await page.getByRole("img", { name: /Refund over time/ }).waitFor();
  });
  await take(browser, sandbox, "freelancer", "/freelancer", { who: "frida", height: 1180 }, async (page) => {
    await page.getByRole("img", { name: /QR code/ }).waitFor();
  });
  await take(browser, sandbox, "operator", "/operator", { who: "olga", dark: true }, async (page) => {
    await page.getByRole("heading", { level: 2 }).first().waitFor();
  });
  await take(browser, sandbox, "mailbox", "/subscriptions", { who: "carl" }, async (page) => {
    await page.getByRole("button", { name: /^Mails/ }).click();
    await page.getByRole("button", { name: /E10/ }).first().click();
    await page.frameLocator("iframe").getByRole("heading").first().waitFor();
  });
} finally {
  await browser.close();
  sandbox.stop();
}
