import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { Schemas } from "@/api/client";
import { usd } from "@/api/sample";
import { Canceling } from "@/client/Cancel";
import { STEPS, sample } from "@/client/sample";
import { answering, onStage, UNLAID } from "@/client/stage";
import { goodUntil } from "@/client/useFresh";

const preview = (other: Partial<Schemas["CancellationPreview"]> = {}): Schemas["CancellationPreview"] => ({
  allowed: true,
  refund: usd(8120),
  rule: "prorated",
  used_days: 1,
  cycle_days: 30,
  full_refund_until: "2026-11-21T12:00:00Z",
  allowed_until: "2026-11-22T12:00:00Z",
  curve: STEPS,
  quote: "quote-1",
  quote_expires_at: "2026-11-21T18:15:00Z",
  ...other,
});
const canceled = sample({
  status: "canceled",
  available_actions: [],
  cancellation: { ...sample().cancellation, canceled_at: "2026-11-21T18:00:00Z", refund: usd(8120) },
});

async function confirm(amount: string) {
  const person = userEvent.setup();
  await person.click(await screen.findByRole("button", { name: `Cancel and get ${amount} back` }));
  const dialog = await screen.findByRole("alertdialog", UNLAID);
  await person.click(
    within(dialog).getByRole("button", { name: `Cancel and get ${amount} back`, ...UNLAID }),
  );
  return person;
}

it("asks for exactly the refund that was shown, under a key of its own, and says what came of it", async () => {
  const asked = answering(({ method }) => (method === "POST" ? [200, canceled] : [200, preview()]));
  onStage(<Canceling subscription={sample()} viewer="client" />);
  const reason = await screen.findByLabelText(/Why do you cancel/);
  await userEvent.type(reason, "Too many");
  await confirm("$81.20");
  expect(await screen.findByText(/\$81\.20 goes back to the card/)).toBeTruthy();
  const sent = asked.filter(({ method }) => method === "POST");
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({ path: "/cancellation", body: { quote: "quote-1", reason: "Too many" } });
  expect(sent[0]?.key).toBeTruthy();
});

it("shows the new amount when the old one is no longer promised, and cancels nothing meanwhile", async () => {
  let refused = false;
  const asked = answering(({ method, body }) => {
    if (method === "GET")
      return [200, refused ? preview({ refund: usd(7840), quote: "quote-2" }) : preview()];
    if (body.quote === "quote-2") return [200, canceled];
    refused = true;
    return [409, { code: "quote_expired", title: "Quote expired", status: 409, detail: "It fell." }];
  });
  onStage(<Canceling subscription={sample()} viewer="client" />);
  await confirm("$81.20");
  expect(await screen.findByText(/Nothing has been canceled\. It is now \$78\.40/)).toBeTruthy();
  await confirm("$78.40");
  await screen.findByText("The subscription is canceled");
  const sent = asked.filter(({ method }) => method === "POST");
  expect(sent.map(({ body }) => body.quote)).toEqual(["quote-1", "quote-2"]);
  expect(sent[0]?.key).not.toBe(sent[1]?.key);
});

it.each([
  ["client", "You get back", "Cancel and get $81.20 back", /its data stay yours/],
  ["delegate", "The client gets back", "Cancel and give $81.20 back", /its data stay the client’s/],
] as const)("speaks of the money as a %s has to do with it", async (viewer, whose, act, data) => {
  answering(() => [200, preview()]);
  onStage(<Canceling subscription={sample()} viewer={viewer} />);
  expect(await screen.findByText(whose)).toBeTruthy();
  expect(screen.getByRole("button", { name: act })).toBeTruthy();
  expect(screen.getByText(data)).toBeTruthy();
});

it("keeps the subscription when somebody thinks better of it", async () => {
  const asked = answering(() => [200, preview()]);
  onStage(<Canceling subscription={sample()} viewer="client" />);
  const person = userEvent.setup();
  await person.click(await screen.findByRole("button", { name: /Cancel and get/ }));
  const dialog = await screen.findByRole("alertdialog", UNLAID);
  await person.click(within(dialog).getByRole("button", { name: "Keep the subscription", ...UNLAID }));
  await waitFor(() => expect(screen.queryByRole("alertdialog", UNLAID)).toBeNull());
  expect(asked.every(({ method }) => method === "GET")).toBe(true);
});

it("offers to turn renewal off when it is too late to cancel", async () => {
  answering(() => [200, preview({ allowed: false, rule: "window_closed", curve: [], quote: null })]);
  onStage(<Canceling subscription={sample({ available_actions: ["turn_renewal_off"] })} viewer="client" />);
  const way = await screen.findByRole("link", { name: "Turn renewal off" });
  expect(way.getAttribute("href")).toBe("/subscriptions/sub_1/renewal");
});

it("is good until its quote expires or its step ends, whichever comes first", () => {
  const at = Date.parse("2026-11-21T18:00:00Z");
  expect(goodUntil(preview(), at)).toBe(Date.parse("2026-11-21T18:15:00Z"));
  const late = Date.parse("2026-11-21T23:50:00Z");
  const quoted = preview({ quote_expires_at: "2026-11-22T00:05:00Z" });
  expect(goodUntil(quoted, late)).toBe(Date.parse("2026-11-21T23:59:59.999Z"));
});
