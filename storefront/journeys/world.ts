import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, test as base, expect, type Page } from "@playwright/test";
import { PEOPLE, Sandbox } from "./sandbox.ts";

export type Who = keyof typeof PEOPLE;

interface World {
  /** Beside what `make run` is told anyway. */
  environment: Record<string, string>;
  /** Whom pages may ask beside the sandbox, by host. */
  mayAsk: string[];
  sandbox: Sandbox;
  /** A browser of somebody's own, signed in. */
  as: (who: Who, options?: Parameters<Browser["newContext"]>[0]) => Promise<Page>;
}

const watched = new WeakSet<Page>();

/** What the browser complains of fails the journey: errors, the content policy, a word to anybody outside. */
function watch(page: Page, complaints: string[], mayAsk: string[]): void {
  if (watched.has(page)) return;
  watched.add(page);
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // The browser itself tells of every answer that is no success; whether it was expected, the journey says.
    const answered = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !answered) complaints.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const { hostname, protocol } = new URL(request.url());
    const known = hostname === "127.0.0.1" || mayAsk.includes(hostname);
    if (protocol.startsWith("http") && !known) complaints.push(`asked ${hostname}`);
  });
}

export const test = base.extend<World & { complaints: string[] }>({
  complaints: [
    async ({}, use) => {
      const complaints: string[] = [];
      await use(complaints);
      expect(complaints, "what the browser complains of").toEqual([]);
    },
    { auto: true },
  ],
  environment: [{}, { option: true }],
  mayAsk: [[], { option: true }],
  sandbox: async ({ environment }, use) => {
    const sandbox = await Sandbox.start(environment);
    await use(sandbox);
    sandbox.stop();
  },
  baseURL: async ({ sandbox }, use) => use(sandbox.url),
  page: async ({ page, complaints, mayAsk }, use) => {
    watch(page, complaints, mayAsk);
    await use(page);
  },
  as: async ({ browser, sandbox, complaints, mayAsk }, use) => {
    const made: { close: () => Promise<void> }[] = [];
    await use(async (who, options) => {
      const context = await browser.newContext({
        baseURL: sandbox.url,
        locale: PEOPLE[who].locale === "fr" ? "fr-FR" : "en-US",
        timezoneId: "UTC",
        viewport: { width: 1280, height: 900 },
        reducedMotion: "reduce",
        ...options,
      });
      made.push(context);
      const { name, email, roles, locale } = PEOPLE[who];
      // Once a tab: whoever signs out stays signed out.
      await context.addInitScript((somebody) => {
        if (self !== top || sessionStorage.getItem("sandbox.met")) return; // a mail in its frame has no storage
        sessionStorage.setItem("sandbox.met", "1");
        sessionStorage.setItem("sandbox.somebody", somebody);
      }, JSON.stringify({ name, email, roles, locale }));
      const page = await context.newPage();
      watch(page, complaints, mayAsk);
      return page;
    });
    for (const context of made) await context.close();
  },
});

/** Nothing that axe finds, on the page as it is. */
export async function accessible(page: Page): Promise<void> {
  // Fluent's menus and dialogs guard the focus with elements of which axe knows nothing; a mail's frame runs
  // no script; and a menu that is open is beside the landmarks by its nature.
  const axe = new AxeBuilder({ page }).exclude("[data-tabster-dummy]").exclude("iframe");
  if (await page.getByRole("menu").count()) axe.disableRules(["region"]);
  let found = await axe.analyze();
  if (found.violations.length) {
    // A button may just be changing its color: what is the matter with the page is so a moment later as well.
    await page.waitForTimeout(500);
    found = await axe.analyze();
  }
  const said = found.violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`,
  );
  expect(said, `axe on ${page.url()}`).toEqual([]);
}

export { expect };
