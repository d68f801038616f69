import { PEOPLE } from "../sandbox.ts";
import { accessible, expect, test } from "../world.ts";

test("an account is refused with a reason, corrected, and submitted again", async ({ sandbox, as }) => {
  const id = await sandbox.buy(await sandbox.enroll());
  await sandbox.submit(id);
  const olga = await as("olga");
  await olga.goto("/operator");
  await olga.getByRole("button", { name: "Refuse" }).click();
  await olga.getByRole("dialog").getByLabel("Reason").fill("The address is not in the register.");
  await accessible(olga);
  await olga.getByRole("dialog").getByRole("button", { name: "Refuse" }).click();
  await expect(olga.getByText(/Bakery on Main is refused/)).toBeVisible();

  const carl = await as("carl");
  await carl.goto("/subscriptions");
  await expect(carl.getByText("Account refused", { exact: true })).toBeVisible();
  await expect(carl.getByText("The address is not in the register.")).toBeVisible();
  await accessible(carl);
  await carl.getByRole("link", { name: "Correct and submit again" }).click();
  await expect(carl.getByText("The address is not in the register.")).toBeVisible();
  await expect(carl.getByLabel("Account name")).toHaveValue("Bakery on Main");
  await carl.getByLabel("Street and number").fill("2 Main St");
  await carl.getByRole("button", { name: "Review" }).click();
  await carl.getByRole("button", { name: "Submit the account" }).click();
  await expect(carl.getByText("The account is submitted")).toBeVisible();
  expect((await sandbox.mails(PEOPLE.carl.email)).map(({ template }) => template)).toEqual(["E1", "E9"]);
});

test("a subscription is suspended, its client reads why, and it is reinstated", async ({ sandbox, as }) => {
  const id = await sandbox.buy();
  await sandbox.activate(id);
  const olga = await as("olga");
  await olga.goto(`/operator/subscriptions?email=${encodeURIComponent(PEOPLE.carl.email)}`);
  await olga.getByRole("link", { name: /Carl Jensen/ }).click();
  await olga.getByRole("button", { name: "Suspend" }).click();
  await olga.getByRole("dialog").getByLabel("Reason").fill("Spam was sent from it.");
  await olga.getByRole("dialog").getByRole("button", { name: "Suspend" }).click();
  await expect(olga.getByText(/Suspended\. The client has a mail/)).toBeVisible();
  await accessible(olga);

  const carl = await as("carl");
  await carl.goto("/subscriptions");
  await expect(carl.getByText("Suspended", { exact: true })).toBeVisible();
  await expect(carl.getByText("Spam was sent from it.")).toBeVisible();
  await accessible(carl);

  await olga.getByRole("button", { name: "Reinstate" }).click();
  await expect(olga.getByText(/Reinstated\. The client has a mail/)).toBeVisible();
  await carl.reload();
  await expect(carl.getByText("Active", { exact: true })).toBeVisible();
});

test("renewal is turned off: it ends with its term, expires, and is canceled for good", async ({
  sandbox,
  as,
}) => {
  const id = await sandbox.buy();
  await sandbox.activate(id);
  const carl = await as("carl");
  await carl.goto("/subscriptions");
  await carl.getByRole("button", { name: /^Actions for/ }).click();
  await accessible(carl);
  await carl.getByRole("menuitem", { name: "Manage renewal" }).click();
  await carl.getByRole("switch", { name: "Renew automatically" }).click();
  await carl.getByRole("button", { name: "Apply" }).click();
  await expect(carl.getByText("Automatic renewal is off.").first()).toBeVisible();
  await carl.goto("/subscriptions");
  await expect(carl.getByText("Ends on December 22, 2026")).toBeVisible();

  await sandbox.advance("P1M");
  await carl.reload();
  await expect(carl.getByText("Expired", { exact: true })).toBeVisible();
  await accessible(carl);
  await sandbox.advance("P31D");
  await carl.reload();
  await expect(carl.getByText("Canceled", { exact: true })).toBeVisible();
  await accessible(carl);
});

test("a declined renewal asks for another card, which then pays", async ({ sandbox, as }) => {
  const id = await sandbox.buy(undefined, { payment_method: "pm_card_visa" });
  await sandbox.activate(id);
  await sandbox.ask("POST", "/sandbox/payments/next", { outcome: "decline", count: 1 });
  await sandbox.advance("P1M");
  const carl = await as("carl");
  await carl.goto("/subscriptions");
  await expect(carl.getByText("The renewal could not be charged")).toBeVisible();
  await accessible(carl);
  await carl.getByRole("link", { name: "Update the card" }).click();
  await carl.getByRole("button", { name: "Add a card" }).click();
  await carl.getByLabel("Test card").selectOption({ label: "Mastercard •••• 4444: works" });
  await carl.getByRole("button", { name: "Keep this card" }).click();
  await expect(carl.getByText(/The card is added/)).toBeVisible();
  await carl
    .getByRole("listitem")
    .filter({ hasText: "4444" })
    .getByRole("button", { name: /Use for renewals/ })
    .click();
  await expect(carl.getByText(/now pays for every renewal/)).toBeVisible();
  await accessible(carl);
  await sandbox.advance("P2D");
  await carl.goto("/subscriptions");
  await expect(carl.getByText(/Renews on January 22, 2027/)).toBeVisible();
});

test("a dead link leads to support, and an unknown page home", async ({ page }) => {
  await page.goto("/l/nobody");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This link does not work any more");
  await expect(page.getByRole("link", { name: /Write to support/ })).toHaveAttribute(
    "href",
    /^mailto:support@/,
  );
  await accessible(page);
  await page.goto("/nowhere/at/all");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("There is nothing here");
  await accessible(page);
});

test("a refund that the bank sends back is told to the client, and to the operator", async ({
  sandbox,
  as,
}) => {
  const id = await sandbox.buy(undefined, { payment_method: "pm_card_refundFail" });
  const carl = await as("carl");
  await carl.goto(`/subscriptions/${id}/cancel`);
  await carl.getByRole("button", { name: "Cancel and get $84.00 back" }).click();
  await carl
    .getByRole("alertdialog")
    .getByRole("button", { name: /^Cancel and get/ })
    .click();
  await expect(carl.getByText("The subscription is canceled")).toBeVisible();
  await sandbox.advance("P3D");
  await carl.goto("/subscriptions");
  await expect(carl.getByText("The bank sent the refund back")).toBeVisible();
  await expect(carl.getByText(/\$84\.00 could not be paid to the card/)).toBeVisible();
  await carl.goto("/billing");
  await expect(carl.getByText("Refund failed")).toBeVisible();
  await accessible(carl);

  // Whoever has heard of another way to pay it has it tried once more.
  const olga = await as("olga");
  await olga.goto("/operator/effects");
  await expect(olga.getByText("Give money back")).toBeVisible();
  await accessible(olga);
});

test("a freelancer is removed from the program, and invited again", async ({ sandbox, as }) => {
  await sandbox.enroll();
  const olga = await as("olga");
  await olga.goto("/operator/freelancers");
  await olga.getByRole("link", { name: "Frida Lindqvist" }).click();
  await expect(olga.getByRole("link", { name: "Freelancers", exact: true }).first()).toHaveAttribute(
    "aria-current",
    "page",
  );
  await olga.getByRole("button", { name: "Remove from the program" }).click();
  await accessible(olga);
  await olga.getByRole("alertdialog").getByRole("button", { name: "Remove from the program" }).click();
  await expect(olga.getByText("Frida Lindqvist is not in the program any more.")).toBeVisible();
  await expect(olga.getByText("Removed", { exact: true })).toBeVisible();
  await accessible(olga);

  const frida = await as("frida");
  await frida.goto("/freelancer");
  await expect(frida.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(frida.getByRole("button", { name: "Copy link" })).toHaveCount(0);

  await olga.getByRole("button", { name: "Invite again" }).click();
  await expect(olga.getByText("Frida Lindqvist is invited, and has a mail.")).toBeVisible();
  await expect(olga.getByText("Invited", { exact: true }).first()).toBeVisible();
  await frida.goto("/freelancer/application");
  await expect(frida.getByLabel("Your experience")).toBeVisible();
  await accessible(frida);
});
