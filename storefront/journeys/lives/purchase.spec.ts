import { PEOPLE } from "../sandbox.ts";
import { accessible, expect, test } from "../world.ts";

test("a visitor opens a freelancer's link, buys, connects, renews, cancels, and sees the refund", async ({
  page,
  sandbox,
}) => {
  const link = await sandbox.enroll();

  // --- the link, the plan, the set-up -------------------------------------------------------------------
  await page.goto(link);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    "Frida Lindqvist offers you Microsoft 365",
  );
  await expect(page.getByRole("heading", { level: 2, name: /^Microsoft 365/ })).toHaveCount(4);
  await accessible(page);
  await page.getByText("Yearly", { exact: true }).click();
  await expect(page.getByText("$84.00")).toBeVisible();
  await page.getByText("Monthly", { exact: true }).click();
  await page.getByRole("button", { name: "Choose Microsoft 365 Business Basic" }).click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Set up your subscription");
  await page.getByLabel("Users").fill("51");
  await expect(page.getByText("At most 50.")).toBeVisible();
  await page.getByLabel("Users").fill("9");
  await page.getByRole("button", { name: "One user more" }).click();
  await expect(page.getByText("$84.00").first()).toBeVisible();
  await accessible(page);

  // --- leaving and coming back keeps the choice -----------------------------------------------------------
  await page.goto("/");
  await page.getByRole("link", { name: "Go on where you left off" }).click();
  await expect(page.getByLabel("Users")).toHaveValue("10");
  await page.getByRole("link", { name: "Continue to payment" }).click();

  // --- sign-in, then payment --------------------------------------------------------------------------------
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
  await accessible(page);
  await page.getByRole("button", { name: /Carl Jensen/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Payment");
  await page.getByRole("button", { name: /^Pay/ }).click();
  await expect(page.getByText("Please fill this in.").first()).toBeVisible();
  await page.getByLabel("Street and number").fill("1 Main St");
  await page.getByLabel("City").fill("Redmond");
  await page.getByLabel("State").fill("WA");
  await page.getByLabel("ZIP code").fill("98052");
  await page.getByLabel("Test card").selectOption({ label: "Visa •••• 9995: not enough money" });
  await page.getByRole("button", { name: "Pay $84.00" }).click();
  await expect(page.getByText(/not enough money on this card/)).toBeVisible();
  await accessible(page);
  await page.getByLabel("Test card").selectOption({ label: "Visa •••• 4242: works" });
  await page.getByRole("button", { name: "Pay $84.00" }).dblclick();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Thank you, Carl Jensen!");
  await expect(page.getByText(/December 6, 2026/)).toBeVisible();
  await accessible(page);

  // A double click bought once.
  const { data } = await sandbox.ask<{ data: { kind: string; outcome?: string }[] }>(
    "GET",
    "/sandbox/payments",
  );
  expect(JSON.stringify(data)).not.toBe("[]");
  const carl = await sandbox.token(PEOPLE.carl.email);
  const mine = await sandbox.ask<{ data: { id: string }[] }>("GET", "/v1/subscriptions", undefined, carl);
  expect(mine.data).toHaveLength(1);
  expect((await sandbox.mails(PEOPLE.carl.email)).map(({ template }) => template)).toEqual(["E1"]);
});
