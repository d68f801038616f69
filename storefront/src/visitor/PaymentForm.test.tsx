import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { sample } from "@/client/sample";
import { onStage } from "@/client/stage";
import { Paying } from "@/visitor/Checkout";
import { choose } from "@/visitor/choice";
import { bought, CHOICE, CUT, open, refusal } from "@/visitor/till";

const went = vi.fn(async () => {});
vi.mock("@tanstack/react-router", async (original) => ({
  ...(await original<object>()),
  useNavigate: () => went,
}));
beforeEach(() => void went.mockClear());

async function fillIn() {
  const person = userEvent.setup();
  onStage(<Paying first={CHOICE} owner="usr_carl" />);
  await person.type(screen.getByLabelText(/Street and number/), "1 Main St");
  await person.type(screen.getByLabelText(/City/), "Redmond");
  await person.type(screen.getByLabelText(/State/), "WA");
  await person.type(screen.getByLabelText(/ZIP code/), "98052");
  await screen.findByLabelText("Test card");
  return person;
}
const pay = (amount = "$84.00") => screen.findByRole("button", { name: `Pay ${amount}` });
const again = () => screen.findByRole("button", { name: "Ask again" });
const arrived = () => waitFor(() => expect(went).toHaveBeenCalled());

describe("the address of a business that has bought before", () => {
  const before = sample();

  it("is filled in", async () => {
    const shop = open(bought);
    shop.before = [
      sample({ client: { ...before.client, address: { ...before.client.address, city: "Kent" } } }),
    ];
    onStage(<Paying first={CHOICE} owner="usr_carl" />);
    await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>(/City/).value).toBe("Kent"));
    await screen.findByLabelText("Test card");
    await userEvent.click(await pay());
    await arrived();
    expect(shop.purchases()[0]?.body.address).toEqual(shop.before[0]?.client.address);
  });

  it("does not come into what somebody is typing, nor back when they empty a field", async () => {
    const shop = open(bought);
    let answer = () => {};
    const asked = vi.mocked(globalThis.fetch);
    const told = new Promise<void>((resolve) => {
      answer = resolve;
    });
    vi.stubGlobal("fetch", async (...given: Parameters<typeof fetch>) => {
      if (given[0] instanceof Request && given[0].method === "GET") await told;
      return asked(...given);
    });
    shop.before = [before];
    const person = userEvent.setup();
    onStage(<Paying first={CHOICE} owner="usr_carl" />);
    const street = screen.getByLabelText<HTMLInputElement>(/Street and number/);
    await person.type(street, "7 Pine Ave");
    answer();
    await screen.findByLabelText("Test card");
    expect(street.value).toBe("7 Pine Ave");
    await person.clear(street);
    expect(street.value).toBe("");
  });
});

describe("tax that depends on the address", () => {
  it("is in the total before anything is paid", async () => {
    const shop = open(bought);
    shop.tax = 756;
    const person = await fillIn();
    expect(screen.getByText("Total before tax")).toBeTruthy();
    await person.click(await pay("$91.56"));
    await arrived();
    expect(shop.purchases()[0]?.body.expected_total).toEqual({ amount: 9156, currency: "USD" });
  });

  it("is asked for once the address is whole, not with each letter", async () => {
    const shop = open(bought);
    shop.tax = 756;
    await fillIn();
    await pay("$91.56");
    expect(shop.quotes().filter(({ body }) => body.address)).toHaveLength(1);
  });
});

describe("a payment that nothing was heard of", () => {
  it("leaves the focus where its payer goes on", async () => {
    open(CUT);
    const person = await fillIn();
    await person.click(await pay());
    const button = await again();
    await waitFor(() => expect(document.activeElement).toBe(button));
  });

  it("keeps its key while its payer has to sign in again", async () => {
    const shop = open(CUT, refusal(401, "unauthenticated"), bought);
    const person = await fillIn();
    await person.click(await pay());
    await person.click(await again());
    await screen.findByText(/^unauthenticated/);
    await person.click(await again());
    await arrived();
    expect(new Set(shop.purchases().map(({ key }) => key)).size).toBe(1);
  });

  it("is given up by its payer alone, with the address as it was; the next one has another key", async () => {
    const shop = open(CUT, bought);
    const person = await fillIn();
    await person.click(await pay());
    await person.click(await screen.findByRole("button", { name: "Start over with a new payment" }));
    expect(screen.getByLabelText<HTMLInputElement>(/City/).value).toBe("Redmond");
    await screen.findByLabelText("Test card");
    await person.click(await pay());
    await arrived();
    expect(new Set(shop.purchases().map(({ key }) => key)).size).toBe(2);
  });
});

describe("a link that was closed in the meantime", () => {
  it("can be done without", async () => {
    const shop = open(refusal(404, "link_not_found"), bought);
    choose(CHOICE);
    const person = await fillIn();
    await person.click(await pay());
    await person.click(await screen.findByRole("button", { name: "Go on without the link" }));
    await person.click(await pay());
    await arrived();
    expect(shop.purchases().map(({ body }) => body.link_token)).toEqual([CHOICE.link_token, null]);
  });
});

describe("what the API has against something that is no field here", () => {
  it("is said all the same", async () => {
    const errors = [{ pointer: "/payment_method", detail: "This card belongs to somebody else." }];
    open(refusal(422, "validation_failed", { errors }));
    const person = await fillIn();
    await person.click(await pay());
    expect(await screen.findByText("This card belongs to somebody else.")).toBeTruthy();
  });
});
