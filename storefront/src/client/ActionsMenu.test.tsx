import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { ActionsMenu, items } from "@/client/ActionsMenu";
import { sample } from "@/client/sample";
import { onStage } from "@/client/stage";

it("offers what the API allows, and nothing else", () => {
  expect(items(sample({ available_actions: ["submit_microsoft_account", "cancel"] }))).toEqual([
    "account",
    "cancel",
  ]);
  expect(items(sample({ available_actions: ["turn_renewal_on"] }))).toEqual(["renewal"]);
  expect(items(sample({ available_actions: ["revoke_delegation"] }))).toEqual(["permissions"]);
  expect(items(sample({ available_actions: [] }))).toEqual([]);
});

it("names the plan it is about, and leads to the pages", async () => {
  onStage(<ActionsMenu subscription={sample({ available_actions: ["turn_renewal_off"] })} open />);
  await userEvent.click(screen.getByRole("button", { name: "Actions for Microsoft 365 Business Basic" }));
  const ways = screen.getAllByRole("menuitem").map((each) => [each.textContent, each.getAttribute("href")]);
  expect(ways).toEqual([
    ["Open", "/subscriptions/sub_1"],
    ["Manage renewal", "/subscriptions/sub_1/renewal"],
  ]);
});

it("is not there when there is nothing to do", () => {
  onStage(<ActionsMenu subscription={sample({ available_actions: [] })} />);
  expect(screen.queryByRole("button")).toBeNull();
});
