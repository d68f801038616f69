import type { Page } from "@playwright/test";
import { expect, test } from "../world.ts";

const PHONE = { width: 390, height: 844 };

/** What has the focus, and whether something else of the page lies over it. */
function focus(page: Page): Promise<{ name: string; inBar: boolean; covered: boolean }> {
  return page.evaluate(() => {
    const at = document.activeElement ?? document.body;
    const { left, right, top, bottom } = at.getBoundingClientRect();
    const name = at.getAttribute("aria-label") ?? at.id ?? "";
    const seen = [0.1, 0.5, 0.9].every((part) => {
      const found = document.elementFromPoint((left + right) / 2, top + (bottom - top) * part);
      return (
        found !== null && (at.contains(found) || found.contains(at) || found.closest("label, .fui-Input"))
      );
    });
    return {
      name: `${at.tagName.toLowerCase()} ${name} ${at.textContent?.trim().slice(0, 40)}`,
      inBar: at.closest("aside, header:not(article header)") !== null,
      covered: !seen,
    };
  });
}

/** Through the whole page with one key, until it begins anew. */
async function walk(page: Page, key: "Tab" | "Shift+Tab"): Promise<{ met: number; covered: string[] }> {
  const covered: string[] = [];
  let met = 0;
  for (let step = 0; step < 200; step++) {
    await page.keyboard.press(key);
    const { name, inBar, covered: hidden } = await focus(page);
    if (name.startsWith("body")) break;
    if (inBar) continue;
    met += 1;
    if (!hidden) continue;
    await page.waitForTimeout(100); // round the end of the page, the focus is a moment on its way
    if ((await focus(page)).covered) covered.push(name);
  }
  return { met, covered };
}

for (const [who, paths] of [
  ["carl", ["/subscriptions", "/subscriptions/ID", "/subscriptions/ID/account", "/billing", "/set-up"]],
  ["frida", ["/freelancer"]],
  ["olga", ["/operator", "/operator/prices", "/subscriptions/ID"]],
] as const) {
  test(`what has the focus is seen, on every page of ${who}, however one comes to it`, async ({
    sandbox,
    as,
  }) => {
    const link = await sandbox.enroll();
    const id = await sandbox.buy(link);
    await sandbox.buy(link, { plan_id: "business-premium" });
    await sandbox.submit(id);
    const page = await as(who, { viewport: PHONE });
    for (const path of paths) {
      await page.goto(path.replace("ID", id));
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.getByRole("button", { name: "Set the stage" })).toBeVisible();
      await page.waitForLoadState("networkidle");
      for (const key of ["Tab", "Shift+Tab"] as const) {
        const { met, covered } = await walk(page, key);
        expect(met, `${path}, ${key}`).toBeGreaterThan(1);
        expect(covered, `${path}, ${key}`).toEqual([]);
      }
    }
  });
}

test("the page stays where it is while a menu of the sandbox's bar opens and closes", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 2, name: /^Microsoft 365/ })).toHaveCount(4);
  for (const name of ["Set the stage", "Be somebody else", "Move the clock further"]) {
    for (const top of [0, 200]) {
      await page.evaluate((y) => scrollTo(0, y), top);
      await page.getByRole("button", { name }).click();
      await expect(page.getByRole("menu").locator(":focus")).toBeVisible();
      expect(await page.evaluate(() => scrollY), name).toBe(top);
      await page.keyboard.press("Escape");
      await expect(page.getByRole("button", { name })).toBeFocused();
      expect(await page.evaluate(() => scrollY), name).toBe(top);
    }
  }
});
