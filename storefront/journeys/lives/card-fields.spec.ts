import type { Page } from "@playwright/test";
import { pretendStripe, STRIPE } from "../stripe.ts";
import { accessible, expect, test } from "../world.ts";

// As in a deployment: the card is typed into Stripe's field, which Stripe's own script brings.
test.use({ environment: { CARD_FIELDS: "pk_test_journey", TIME_MACHINE: "off" }, mayAsk: [STRIPE] });

const ASKS = "4000 0025 0000 3155";
const WORKS = "4242 4242 4242 4242";

async function order(page: Page): Promise<void> {
  await page.goto("/");
  await page.getByRole("button", { name: "Choose Microsoft 365 Business Basic" }).click();
  await page.getByRole("link", { name: "Continue to payment" }).click();
  await page.getByLabel("Street and number").fill("1 Main St");
  await page.getByLabel("City").fill("Redmond");
  await page.getByLabel("State").fill("WA");
  await page.getByLabel("ZIP code").fill("98052");
}

test("a card is typed into Stripe's field, refused there, and then pays", async ({ as }) => {
  const page = await as("carl");
  await pretendStripe(page);
  await order(page);
  await page.getByLabel("Card number").fill("4242");
  await page.getByRole("button", { name: /^Pay/ }).click();
  await expect(page.getByText("Your card number is invalid.")).toBeVisible();
  await expect(page.getByLabel("Card number")).toBeFocused();
  await accessible(page);
  await page.getByLabel("Card number").fill(WORKS);
  await page.getByRole("button", { name: /^Pay/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Thank you, Carl Jensen!");
});

test("the bank asks at the purchase: a no is told, a yes goes on", async ({ as, sandbox }) => {
  const page = await as("carl");
  await pretendStripe(page, { bank: false });
  await order(page);
  await page.getByLabel("Card number").fill(ASKS);
  await page.getByRole("button", { name: /^Pay/ }).click();
  await expect(page.getByRole("alert").first()).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Payment");
  await accessible(page);

  const again = await as("chloe", { locale: "en-US" });
  await pretendStripe(again);
  await again.addInitScript(() => localStorage.setItem("language", "en"));
  await order(again);
  await again.getByLabel("Card number").fill(ASKS);
  await again.getByRole("button", { name: /^Pay/ }).click();
  await expect(again.getByRole("heading", { level: 1 })).toHaveText("Thank you, Chloé Martin!");
  const { data } = await sandbox.ask<{ data: { kind: string; status: string }[] }>(
    "GET",
    "/sandbox/payments",
  );
  expect(data.filter(({ status }) => status === "succeeded")).toHaveLength(1);
});

test("the bank asks at a renewal, and is answered with the card that it was tried with", async ({
  as,
  sandbox,
}) => {
  const page = await as("carl");
  await pretendStripe(page);
  await order(page);
  await page.getByLabel("Card number").fill(ASKS);
  await page.getByRole("button", { name: /^Pay/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Thank you, Carl Jensen!");
  const id = /subscriptions\/([^/]+)\/welcome/.exec(page.url())?.[1] ?? "";
  await sandbox.activate(id);
  await sandbox.advance("P1M");

  await pretendStripe(page, { tried: "pm_tried", bank: false });
  await page.goto("/subscriptions");
  await page.getByRole("link", { name: "Confirm the payment" }).click();
  await page.getByRole("button", { name: "Confirm with my bank" }).click();
  await expect(page.getByText("The bank did not confirm it")).toBeVisible();
  await accessible(page);

  await pretendStripe(page, { tried: "pm_tried" });
  await page.reload();
  await page.getByRole("button", { name: "Confirm with my bank" }).click();
  await expect(page.getByText("The payment is confirmed")).toBeVisible();
  await accessible(page);
  await page.goto("/subscriptions");
  await expect(page.getByText(/Renews on January 22, 2027/)).toBeVisible();
});

test("another card is added to pay for renewals", async ({ as }) => {
  const page = await as("carl");
  await pretendStripe(page);
  await page.goto("/billing");
  await page.getByRole("button", { name: "Add a card" }).click();
  await page.getByLabel("Card number").fill("1");
  await page.getByRole("button", { name: "Keep this card" }).click();
  await expect(page.getByText("Your card number is invalid.")).toBeVisible();
  await expect(page.getByLabel("Card number")).toBeFocused();
  await page.getByLabel("Card number").fill(WORKS);
  await page.getByRole("button", { name: "Keep this card" }).click();
  await expect(page.getByText(/The card is added/)).toBeVisible();
  await accessible(page);
});

test("without Stripe's script there is a word and a way to try again", async ({ as }) => {
  const page = await as("carl");
  await page.route(`https://${STRIPE}/**`, (route) => route.abort());
  await order(page);
  await expect(page.getByText(/card field/i).first()).toBeVisible();
  await accessible(page);
  await page.unroute(`https://${STRIPE}/**`);
  await pretendStripe(page);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByLabel("Card number").fill(WORKS);
  await page.getByRole("button", { name: /^Pay/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Thank you, Carl Jensen!");
});
