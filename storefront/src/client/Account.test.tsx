import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { SettingUp } from "@/client/Account";
import { begun, keep, kept, request } from "@/client/accountForm";
import { sample, sampleAccount } from "@/client/sample";
import { type Asked, answering, onStage, UNLAID } from "@/client/stage";

const pending = sample({
  status: "pending",
  activated_at: null,
  current_term: null,
  available_actions: ["submit_microsoft_account", "cancel"],
});
/** Whose last account was refused: everything is filled in. */
const failed = sample({
  ...pending,
  status: "failed",
  microsoft_account: sampleAccount({ review: "rejected", review_reason: "Not your address." }),
});
const submitted = sample({
  ...pending,
  status: "connecting",
  available_actions: [],
  microsoft_account: sampleAccount(),
});
const free: [number, unknown] = [200, { domain: "carlsbakery.onmicrosoft.com", available: true }];
const theirs = { ...sampleAccount().address, line1: "1 Main Street", postal_code: "98052-8300" };
const doubted: [number, unknown] = [
  422,
  {
    code: "validation_failed",
    status: 422,
    title: "Some fields are not valid",
    detail: "Microsoft is not sure.",
    errors: [{ pointer: "/address", detail: "Microsoft is not sure about this address." }],
    suggested_address: theirs,
  },
];

async function submit() {
  const person = userEvent.setup();
  await person.click(screen.getByRole("button", { name: "Review" }));
  await person.click(await screen.findByRole("button", { name: "Submit the account" }));
  return person;
}
const sent = (asked: Asked[]) => asked.filter(({ method }) => method === "PUT").map(({ body }) => body);

describe("the name of a new account", () => {
  it("is looked up once nothing more is typed, and only when it has the right form", async () => {
    const asked = answering(() => free);
    onStage(<SettingUp subscription={pending} viewer="client" />);
    const field = screen.getByLabelText(/Name of the new account/);
    await userEvent.type(field, "carls-");
    await userEvent.clear(field);
    await userEvent.type(field, "carlsbakery");
    expect(await screen.findByText("carlsbakery.onmicrosoft.com is available")).toBeTruthy();
    expect(asked.map(({ path }) => path)).toEqual(["/domain-availability?domain_prefix=carlsbakery"]);
  });

  it("is said to be taken", async () => {
    answering(() => [200, { domain: "contoso.onmicrosoft.com", available: false }]);
    onStage(<SettingUp subscription={pending} viewer="client" />);
    await userEvent.type(screen.getByLabelText(/Name of the new account/), "contoso");
    expect(await screen.findByText("contoso.onmicrosoft.com is taken")).toBeTruthy();
  });

  it("is refused at its field when somebody else was faster", async () => {
    answering(({ method }) =>
      method === "GET"
        ? free
        : [409, { code: "domain_taken", status: 409, title: "Taken", detail: "Taken." }],
    );
    onStage(<SettingUp subscription={failed} viewer="client" />);
    await submit();
    const field = await screen.findByLabelText(/Name of the new account/);
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(screen.getByText("carlsbakery.onmicrosoft.com is taken")).toBeTruthy();
  });
});

describe("an address that Microsoft doubts", () => {
  it("can be kept: it is then confirmed", async () => {
    const asked = answering(({ method, body }) =>
      method === "GET" ? free : body.address_confirmed ? [200, submitted] : doubted,
    );
    onStage(<SettingUp subscription={failed} viewer="client" />);
    const person = await submit();
    const dialog = await screen.findByRole("dialog", UNLAID);
    expect(within(dialog).getByText(/1 Main Street/)).toBeTruthy();
    await person.click(within(dialog).getByRole("button", { name: "Keep mine", ...UNLAID }));
    expect(await screen.findByText("The account is submitted")).toBeTruthy();
    expect(sent(asked).at(-1)).toMatchObject({ address_confirmed: true, address: { line1: "1 Main St" } });
  });

  it("can be given up for the suggestion", async () => {
    const asked = answering(({ method, body }) => {
      if (method === "GET") return free;
      return (body.address as { line1: string }).line1 === "1 Main Street" ? [200, submitted] : doubted;
    });
    onStage(<SettingUp subscription={failed} viewer="client" />);
    const person = await submit();
    await person.click(
      within(await screen.findByRole("dialog", UNLAID)).getByRole("button", {
        name: "Use the suggestion",
        ...UNLAID,
      }),
    );
    await screen.findByText("The account is submitted");
    expect(sent(asked).at(-1)).toMatchObject({
      address_confirmed: false,
      address: { postal_code: "98052-8300" },
    });
  });
});

describe("the form", () => {
  it("says why the last submission was refused, and has it filled in", () => {
    answering(() => free);
    onStage(<SettingUp subscription={failed} viewer="client" />);
    expect(screen.getByText("Not your address.")).toBeTruthy();
    expect(screen.getByLabelText(/Account name/)).toHaveProperty("value", "Carl’s Bakery");
  });

  it("asks for what is missing before it asks the API", async () => {
    const asked = answering(() => free);
    onStage(<SettingUp subscription={pending} viewer="client" />);
    await userEvent.click(screen.getByRole("button", { name: "Review" }));
    expect(screen.getByLabelText(/Name of the new account/).getAttribute("aria-invalid")).toBe("true");
    expect(screen.queryByRole("button", { name: "Submit the account" })).toBeNull();
    expect(asked).toEqual([]);
  });

  it("keeps what was typed over a reload, and sends only the name that was meant", () => {
    const form = {
      ...begun(pending),
      existing_customer: true,
      domain: "carl.example",
      domain_prefix: "carl",
    };
    keep("sub_1", form);
    expect(kept("sub_1", begun(pending))).toEqual(form);
    expect(request(form, false)).toMatchObject({ domain: "carl.example", domain_prefix: null });
  });

  it("begins anew where what was kept is of no use", () => {
    sessionStorage.setItem("account.sub_1", "{");
    expect(kept("sub_1", begun(pending)).primary_contact).toMatchObject({
      first_name: "Carl",
      last_name: "Jensen",
    });
  });
});
