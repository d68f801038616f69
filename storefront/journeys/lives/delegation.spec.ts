import { PEOPLE } from "../sandbox.ts";
import { accessible, expect, test } from "../world.ts";

test("a freelancer is invited, enrolls, is asked to manage a subscription, manages it, and is let go", async ({
  sandbox,
  as,
}) => {
  // --- invitation, application, terms, link -----------------------------------------------------------------
  const frida = await as("frida");
  await frida.goto("/freelancer");
  await expect(frida.getByText("The program is by invitation")).toBeVisible();
  await accessible(frida);

  const olga = await as("olga");
  await olga.goto("/operator/applications");
  const invitation = olga.getByRole("region", { name: "Invite a freelancer" });
  await invitation.getByLabel("Email address").fill(PEOPLE.frida.email);
  await invitation.getByLabel("Name that clients see").fill(PEOPLE.frida.name);
  await olga.getByRole("button", { name: "Send the invitation" }).click();
  await expect(olga.getByText(/Frida Lindqvist is invited/)).toBeVisible();
  await accessible(olga);

  await frida.reload();
  await frida.getByRole("link", { name: "Apply" }).click();
  await frida.getByText("Yes", { exact: true }).click();
  await frida.getByLabel("Your experience").fill("Ten years of IT support for small firms.");
  await accessible(frida);
  await frida.getByRole("button", { name: "Send the application" }).click();
  await expect(frida.getByText("We have your application")).toBeVisible();

  await olga.reload();
  await olga.getByRole("button", { name: "Approve" }).click();
  await expect(olga.getByText(/Frida Lindqvist is approved/)).toBeVisible();

  await frida.goto("/freelancer");
  await frida.getByRole("link", { name: "Read and sign the terms" }).click();
  await frida.getByLabel("I have read these terms and agree to them.").check();
  await accessible(frida);
  await frida.getByRole("button", { name: "Sign the terms" }).click();
  await frida.goto("/freelancer");
  const link = await frida.getByLabel("Personal link").inputValue();
  expect(link).toMatch(new RegExp(`^${sandbox.url}/l/[\\w-]+$`));
  await expect(frida.getByRole("img", { name: `QR code of your link: ${link}` })).toBeVisible();
  await accessible(frida);

  // --- a sale, and a client who wants her to manage it ----------------------------------------------------------
  const id = await sandbox.buy(new URL(link).pathname);
  const carl = await as("carl");
  await carl.goto("/subscriptions");
  await carl.getByRole("button", { name: /^Actions for/ }).click();
  await carl.getByRole("menuitem", { name: "Manage permissions" }).click();
  await expect(carl.getByRole("heading", { name: "What it means" })).toBeVisible();
  await carl.getByRole("button", { name: "Ask Frida Lindqvist" }).click();
  await expect(carl.getByText("Please confirm that you have read it.")).toBeVisible();
  await carl.getByLabel(/I have read what it means/).check();
  await accessible(carl);
  await carl.getByRole("button", { name: "Ask Frida Lindqvist" }).click();
  await expect(carl.getByText("Waiting for Frida Lindqvist")).toBeVisible();

  await frida.goto("/freelancer/delegations");
  await frida.getByRole("button", { name: "Approve" }).click();
  await expect(frida.getByText(/You now manage the subscription of Carl/)).toBeVisible();
  await accessible(frida);

  // --- she sets up the account and turns renewal off, in his name ----------------------------------------------------
  await frida.goto(`/subscriptions/${id}`);
  await expect(frida.getByRole("heading", { level: 1 })).toHaveText("Microsoft 365 Business Basic");
  await accessible(frida);
  await frida.getByRole("link", { name: "Manage renewal" }).first().click();
  await frida.getByRole("switch", { name: "Renew automatically" }).click();
  await frida.getByRole("button", { name: "Apply" }).click();
  await expect(frida.getByText("Automatic renewal is off.").first()).toBeVisible();
  await accessible(frida);

  // --- he sees who did it, and takes the permission back ---------------------------------------------------------------
  await carl.goto(`/subscriptions/${id}`);
  await expect(carl.getByText("by Frida Lindqvist, on your behalf").first()).toBeVisible();
  await carl.goto(`/subscriptions/${id}/permissions`);
  await carl.getByRole("button", { name: "Revoke" }).click();
  await carl.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await expect(carl.getByText("The permission has ended.")).toBeVisible();

  await frida.goto(`/subscriptions/${id}`);
  await expect(frida.getByText("Not found").first()).toBeVisible();
  const templates = (await sandbox.mails(PEOPLE.frida.email)).map(({ template }) => template);
  expect(templates).toEqual(["E15", "E15", "E2", "E5"]);
});
