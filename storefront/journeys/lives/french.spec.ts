import { PEOPLE } from "../sandbox.ts";
import { accessible, expect, test } from "../world.ts";

/** Words of the storefront's own that would tell that something was not translated. */
const ENGLISH = /\b(the|your|please|user|users|cancel|account|subscription)\b/i;

test("Chloé buys, connects, cancels and sees her refund in French, on a phone, in the dark", async ({
  sandbox,
  as,
}) => {
  const link = await sandbox.enroll();
  const page = await as("chloe", { viewport: { width: 390, height: 844 }, colorScheme: "dark" });
  const narrow = async () => {
    const { wide, room } = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth,
      room: document.documentElement.clientWidth,
    }));
    expect(wide, `nothing to scroll sideways on ${page.url()}`).toBeLessThanOrEqual(room);
  };
  const french = async () => {
    const text = await page.locator("main").innerText();
    expect(
      text.replaceAll(/Microsoft|Business|Bookings|Teams|Defender for Business/g, "").match(ENGLISH),
    ).toBeNull();
  };

  await page.goto(link);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    "Frida Lindqvist vous propose Microsoft 365",
  );
  await expect(page.locator("html")).toHaveAttribute("lang", "fr");
  await expect(page.getByText("8,40 $")).toBeVisible();
  await accessible(page);
  await narrow();
  await french();
  await page.getByRole("button", { name: "Choisir Microsoft 365 Business Standard" }).click();
  await page.getByRole("button", { name: "Un utilisateur de plus" }).click();
  await expect(page.getByText("33,60 $").first()).toBeVisible();
  await accessible(page);
  await narrow();
  await french();
  await page.getByRole("link", { name: "Passer au paiement" }).click();
  await page.getByLabel("Rue et numéro").fill("1 Main St");
  await page.getByLabel("Ville").fill("Redmond");
  await page.getByLabel("État").fill("WA");
  await page.getByLabel("Code ZIP").fill("9805");
  await page.getByRole("button", { name: /^Payer/ }).click();
  await expect(page.getByText("Un code ZIP\u00a0: 12345 ou 12345-6789.")).toBeVisible();
  await page.getByLabel("Code ZIP").fill("98052");
  await page
    .getByLabel("Carte de test")
    .selectOption({ label: "Visa •••• 3184\u00a0: la banque demande à chaque fois" });
  await accessible(page);
  await narrow();
  await page.getByRole("button", { name: /^Payer 33,60/ }).click();
  await page.getByRole("button", { name: "Refuser" }).click();
  await expect(page.getByText(/Rien n’a été débité/)).toBeVisible();
  await page.getByRole("button", { name: /^Payer 33,60/ }).click();
  await page.getByRole("button", { name: "Confirmer le paiement" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Merci, Chloé Martin\u00a0!");
  await accessible(page);
  await narrow();
  await french();

  await page.goto("/subscriptions");
  await expect(page.getByText("En attente de votre compte Microsoft")).toBeVisible();
  await narrow();
  await french();
  await page.getByRole("button", { name: /^Actions pour/ }).click();
  await page.getByRole("menuitem", { name: "Annuler" }).click();
  await expect(page.getByText("33,60 $").first()).toBeVisible();
  await accessible(page);
  await narrow();
  await french();
  await page.getByRole("button", { name: /33,60/ }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: /33,60/ }).click();
  await expect(page.getByText(/33,60/).first()).toBeVisible();
  await page.goto("/billing");
  await expect(page.getByText("−33,60 $")).toBeVisible();
  await accessible(page);
  await narrow();
  await french();

  const mails = await sandbox.mails(PEOPLE.chloe.email);
  expect(mails.map(({ template }) => template)).toEqual(["E1", "E7"]);
});
