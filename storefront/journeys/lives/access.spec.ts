import { PEOPLE } from "../sandbox.ts";
import { accessible, expect, test } from "../world.ts";

const GROUP = "6c1b2a3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";

test("a delegate is given access at Microsoft: the operator names the group, the client approves", async ({
  sandbox,
  as,
}) => {
  const link = await sandbox.enroll();
  const id = await sandbox.buy(link);
  await sandbox.activate(id);

  const olga = await as("olga");
  await olga.goto("/operator/freelancers");
  await expect(olga.getByRole("link", { name: "Frida Lindqvist" })).toBeVisible();
  await olga.getByLabel("State").focus();
  await olga.getByLabel("State").selectOption("Invited");
  await expect(olga.getByText("Nobody stands here")).toBeVisible();
  await expect(olga.getByLabel("State")).toBeFocused();
  await olga.getByLabel("Email address").fill("nobody@freelancer.example");
  await olga.getByRole("button", { name: "Find" }).click();
  await expect(olga.getByText("Nobody was invited under this address.")).toBeVisible();
  await olga.getByLabel("Email address").fill(PEOPLE.frida.email);
  await olga.getByRole("button", { name: "Find" }).click();
  await expect(olga.getByRole("link", { name: "Frida Lindqvist" })).toBeVisible();
  await expect(olga.getByRole("button", { name: "Find" })).toBeFocused();
  await accessible(olga);
  await olga.getByRole("link", { name: "Frida Lindqvist" }).click();
  await expect(olga.getByText("Ten years of IT support")).toBeVisible();
  await olga.getByLabel("Id of the group").fill("no group");
  await olga.getByRole("button", { name: "Save the group" }).click();
  await expect(olga.getByRole("alert").first()).toBeVisible();
  await expect(olga.getByLabel("Id of the group")).toHaveAttribute("aria-invalid", "true");
  await expect(olga.getByLabel("Id of the group")).toBeFocused();
  await olga.getByLabel("Id of the group").fill(GROUP);
  await olga.getByRole("button", { name: "Save the group" }).click();
  await expect(olga.getByText("Saved for Frida Lindqvist.")).toBeVisible();
  await accessible(olga);

  const carl = await as("carl");
  await carl.goto(`/subscriptions/${id}/permissions`);
  await carl.getByLabel(/I have read what it means/).check();
  await carl.getByRole("button", { name: "Ask Frida Lindqvist" }).click();
  await expect(carl.getByText("Waiting for Frida Lindqvist")).toBeVisible();
  const frida = await as("frida");
  await frida.goto("/freelancer/delegations");
  await frida.getByRole("button", { name: "Approve" }).click();
  await expect(frida.getByText(/You now manage the subscription/)).toBeVisible();

  await carl.goto(`/subscriptions/${id}/permissions`);
  const opened = carl.waitForEvent("popup");
  await carl.getByRole("link", { name: /Approve at Microsoft/ }).click();
  const microsoft = await opened;
  await microsoft.getByRole("button", { name: "Approve" }).click();
  await expect(microsoft.getByText("Approved", { exact: true })).toBeVisible();
  await accessible(microsoft);

  await carl.reload();
  await expect(carl.getByText(/has access/)).toBeVisible();
  await accessible(carl);
  await frida.goto("/freelancer/delegations");
  await expect(frida.getByText("In place")).toBeVisible();
});
