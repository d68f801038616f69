import { PEOPLE } from "../sandbox.ts";
import { accessible, expect, test } from "../world.ts";

test("a visitor opens a freelancer's link, buys, connects, renews, cancels, and sees the refund", async ({
  page,
  sandbox,
  as,
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
  const { data: charges } = await sandbox.ask<{ data: { kind: string; status: string }[] }>(
    "GET",
    "/sandbox/payments",
  );
  expect(charges.filter(({ kind, status }) => kind === "charge" && status === "succeeded")).toHaveLength(1);
  expect((await sandbox.mails(PEOPLE.carl.email)).map(({ template }) => template)).toEqual(["E1"]);

  // --- the Microsoft account ----------------------------------------------------------------------------------
  await page.getByRole("link", { name: "Set up your Microsoft account" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Set up account");
  await page.getByText("No, create a new account").click();
  await page.getByLabel("Name of the new account").fill("contosobakery");
  await expect(page.getByText("contosobakery.onmicrosoft.com is taken")).toBeVisible();
  await page.getByLabel("Name of the new account").fill("carlsbakery");
  await expect(page.getByText("carlsbakery.onmicrosoft.com is available")).toBeVisible();
  await page.getByLabel("Account name").fill("Bakery on Main");
  // Who they are and where the business is was said before.
  await expect(page.getByLabel("Street and number")).toHaveValue("1 Main St");
  await expect(page.getByLabel("ZIP code")).toHaveValue("98052");
  await expect(page.getByLabel("Last name")).toHaveValue("Jensen");
  await page.getByLabel("Phone").fill("206 555 0100");
  await accessible(page);
  await page.getByRole("button", { name: "Review" }).click();
  await expect(page.getByRole("heading", { name: "Is everything right?" })).toBeVisible();
  await accessible(page);
  await page.getByRole("button", { name: "Submit the account" }).click();
  await expect(page.getByText("The account is submitted")).toBeVisible();

  // --- reviewed, agreed, active ---------------------------------------------------------------------------------
  const olga = await as("olga");
  await olga.goto("/operator");
  await expect(olga.getByRole("heading", { name: "Bakery on Main" })).toBeVisible();
  await accessible(olga);
  await olga.getByRole("button", { name: "Approve" }).click();
  await expect(olga.getByText(/Bakery on Main is approved/)).toBeVisible();

  await page.getByRole("link", { name: "Products & software" }).first().click();
  await expect(page.getByText("Accept the agreement at Microsoft")).toBeVisible();
  await accessible(page);
  await page.getByRole("button", { name: "Microsoft & payments" }).click();
  await page.getByRole("button", { name: "Accept the agreement" }).click();
  await expect(page.getByRole("button", { name: "Accept the agreement" })).toHaveCount(0);
  await page.getByRole("button", { name: "Close" }).click();
  await expect(page.getByText("Active", { exact: true })).toBeVisible();
  await expect(page.getByText("Renews on December 22, 2026")).toBeVisible();

  // --- the password, once -------------------------------------------------------------------------------------------
  await page.getByRole("link", { name: "Microsoft 365 Business Basic" }).click();
  await expect(page.getByRole("heading", { name: "Everything that happened" })).toBeVisible();
  await accessible(page);
  await page.getByRole("link", { name: "Administrator’s password" }).click();
  await page.getByRole("button", { name: "Show the password" }).click();
  await expect(page.getByLabel("User name", { exact: true })).toHaveValue(
    "admin@carlsbakery.onmicrosoft.com",
  );
  await page.reload();
  await page.getByRole("button", { name: "Show the password" }).click();
  await expect(page.getByText("The password is no longer here")).toBeVisible();

  // --- a month passes in the sandbox's bar: it renews -----------------------------------------------------------------
  await page.goto("/subscriptions");
  await page.getByRole("button", { name: "Move the clock further" }).click();
  await page.getByRole("menuitem", { name: "One month on" }).click();
  await expect(page.getByText("Renews on January 22, 2027")).toBeVisible({ timeout: 60_000 });

  // --- three days later it is canceled, with the refund to the cent -----------------------------------------------------
  await sandbox.advance("P3D");
  await page.reload();
  await page.getByRole("button", { name: /^Actions for Microsoft 365 Business Basic/ }).click();
  await page.getByRole("menuitem", { name: "Cancel" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Cancel subscription");
  await expect(page.getByText("3 days of 31 are used", { exact: false })).toBeVisible();
  await expect(page.getByRole("img", { name: /Refund over time/ })).toBeVisible();
  await accessible(page);
  // 84.00 × 28 / 31 = 75.87
  await page.getByRole("button", { name: "Cancel and get $75.87 back" }).click();
  await accessible(page);
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel and get $75.87 back" }).click();
  await expect(page.getByText("The subscription is canceled")).toBeVisible();
  await accessible(page);

  // --- and the papers say so ---------------------------------------------------------------------------------------------
  await page.getByRole("link", { name: "Billing and payments" }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Billing and payments");
  await expect(page.getByText("−$75.87")).toBeVisible();
  await accessible(page);
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: /^Save .*-0001 as a PDF/ }).click();
  expect((await saved).suggestedFilename()).toMatch(/-0001\.pdf$/);
  const templates = (await sandbox.mails(PEOPLE.carl.email)).map(({ template }) => template);
  expect(templates).toEqual(["E1", "E3", "E4", "E8", "E10", "E7"]);
  const { balanced, differences } = await sandbox.ask<{ balanced: boolean; differences: string[] }>(
    "GET",
    "/sandbox/books",
  );
  expect(differences).toEqual([]);
  expect(balanced).toBe(true);
});
