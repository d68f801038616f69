import { FluentProvider, webLightTheme } from "@fluentui/react-components";
import { QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { makeQueryClient } from "@/api/queries";
import { usd } from "@/api/sample";
import { Paying } from "@/visitor/Checkout";
import { type Choice, choose } from "@/visitor/choice";

// A whole page is drawn here, also on machines that have much else to do.
configure({ asyncUtilTimeout: 8_000 });
vi.setConfig({ testTimeout: 20_000 });
/** Without a layout, Fluent may hide a dialog from the accessibility tree; in a browser it does not. */
const UNLAID = { hidden: true };

const CHOICE: Choice = {
  plan_id: "business-basic",
  seats: 10,
  billing_period: "monthly",
  link_token: "abc",
  seller: "Frida Lindqvist",
};
const BOUGHT = { id: "sub_1", status: "pending" };

function quote(total: number) {
  return {
    plan_id: "business-basic",
    seats: 10,
    billing_period: "monthly",
    country: "US",
    unit_price: usd(total / 10),
    subtotal: usd(total),
    tax: usd(0),
    tax_status: "off",
    total: usd(total),
  };
}
const problem =
  (code: string, status: number, more: object = {}) =>
  () =>
    Response.json({ code, status, title: code, detail: code, ...more }, { status });
const bought = () => Response.json(BOUGHT, { status: 201 });
const unavailable = problem("payment_unavailable", 503);
const cut = () => {
  throw new TypeError("Failed to fetch");
};
const bankAsks = () =>
  Response.json({ id: "sub_1", authentication: { client_secret: "pi_1_secret" } }, { status: 202 });

interface Order {
  key: string | null;
  body: Record<string, unknown>;
}

/** What was asked to be bought, and what comes of each in turn; the last answer is for all that follow. */
let orders: Order[];
let outcomes: (() => Response | Promise<Response>)[];
let atBank: unknown[];
let price: number;

beforeEach(() => {
  [orders, outcomes, atBank, price] = [[], [bought], [], 8400];
  choose(CHOICE);
  const answers: Record<string, () => Response> = {
    "GET /v1/plans": () => Response.json({ data: [{ id: "business-basic", name: "Business Basic" }] }),
    "POST /v1/quotes": () => Response.json(quote(price)),
    "GET /v1/payment-methods": () =>
      Response.json({
        data: [{ id: "pm_1", brand: "visa", last4: "4242", exp_month: 4, exp_year: 2030, default: true }],
      }),
    "POST /sandbox/payments/authenticate": () => Response.json({}),
  };
  vi.stubGlobal("fetch", async (asked: Request | string, init?: RequestInit) => {
    const request = asked instanceof Request ? asked : new Request(new URL(asked, location.href), init);
    const call = `${request.method} ${new URL(request.url).pathname}`;
    const text = await request.text();
    if (call === "POST /sandbox/payments/authenticate") atBank.push(JSON.parse(text));
    if (call !== "POST /v1/subscriptions") return (answers[call] ?? problem("not_found", 404))();
    orders.push({ key: request.headers.get("Idempotency-Key"), body: JSON.parse(text) });
    return ((outcomes.length > 1 ? outcomes.shift() : outcomes[0]) ?? bought)();
  });
});

/** The page of payment, as somebody opens it. */
function open(owner = "carl") {
  const root = createRootRoute();
  const page = (at: string, component: () => React.ReactNode) =>
    createRoute({ getParentRoute: () => root, path: at, component });
  const router = createRouter({
    routeTree: root.addChildren([
      page("/checkout", () => <Paying first={CHOICE} owner={owner} />),
      page("/subscriptions/$id/welcome", () => <p>Welcome</p>),
    ]),
    history: createMemoryHistory({ initialEntries: ["/checkout"] }),
  });
  render(
    <FluentProvider theme={webLightTheme}>
      <QueryClientProvider client={makeQueryClient()}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </FluentProvider>,
  );
}

const ADDRESS: Record<string, string> = {
  line1: "1 Main St",
  city: "Redmond",
  state: "WA",
  postal_code: "98052",
};

async function fillIn() {
  await screen.findByRole("radio", { name: /4242/ });
  for (const [name, value] of Object.entries(ADDRESS)) {
    const field = document.querySelector(`[name="/address/${name}"]`);
    fireEvent.change(field as Element, { target: { value } });
  }
}
const press = async (name: string | RegExp) => {
  const button = await screen.findByRole("button", { name });
  await waitFor(() => expect(button.getAttribute("aria-disabled")).not.toBe("true"));
  await userEvent.click(button);
};
const keys = () => orders.map(({ key }) => key);
const welcome = () => screen.findByText("Welcome");

describe("a payment", () => {
  it("is of what was chosen, at the price that was shown, under a key", async () => {
    open();
    await fillIn();
    await press("Pay $84.00");
    await welcome();
    expect(orders).toHaveLength(1);
    expect(orders[0]?.key).toMatch(/^[0-9a-f-]{36}$/);
    expect(orders[0]?.body).toEqual({
      plan_id: "business-basic",
      seats: 10,
      billing_period: "monthly",
      country: "US",
      payment_method: "pm_1",
      address: { ...ADDRESS, line2: null, country: "US" },
      link_token: "abc",
      expected_total: usd(8400),
    });
  });

  it("leaves nothing of it behind on the device", async () => {
    open();
    await fillIn();
    await press("Pay $84.00");
    await welcome();
    await waitFor(() => expect(localStorage.getItem("choice.1")).toBeNull());
    expect(sessionStorage).toHaveLength(0);
  });

  it("goes out once, however often it is clicked", async () => {
    let arrive: (answer: Response) => void = () => {};
    outcomes = [() => new Promise<Response>((resolve) => (arrive = resolve))];
    open();
    await fillIn();
    const button = await screen.findByRole("button", { name: "Pay $84.00" });
    const form = button.closest("form") as HTMLFormElement;
    fireEvent.submit(form);
    fireEvent.submit(form);
    await waitFor(() => expect(orders).toHaveLength(1));
    await userEvent.click(await screen.findByRole("button", { name: "Paying…" }));
    fireEvent.submit(form);
    arrive(bought());
    await welcome();
    expect(orders).toHaveLength(1);
  });

  it("does not go out while the address is not whole", async () => {
    open();
    await screen.findByRole("radio", { name: /4242/ });
    await press("Pay $84.00");
    expect(await screen.findAllByText("Please fill this in.")).toHaveLength(4);
    expect(orders).toEqual([]);
  });
});

describe("a payment without an answer", () => {
  it.each([
    ["a fault of the API’s", unavailable],
    ["a line that was cut", cut],
  ])("because of %s is asked for again under the same key", async (_, outcome) => {
    outcomes = [outcome, bought];
    open();
    await fillIn();
    await press("Pay $84.00");
    await press("Ask again");
    await welcome();
    expect(orders).toHaveLength(2);
    expect(orders[1]).toEqual(orders[0]);
  });

  it("is asked for again under the same key after a reload", async () => {
    outcomes = [cut, bought];
    open();
    await fillIn();
    await press("Pay $84.00");
    await screen.findByRole("button", { name: "Ask again" });
    cleanup();
    open();
    expect(screen.queryByRole("button", { name: /^Pay/ })).toBeNull();
    await press("Ask again");
    await welcome();
    expect(orders).toHaveLength(2);
    expect(orders[1]).toEqual(orders[0]);
  });

  it("is not taken up by somebody else on the same device", async () => {
    outcomes = [cut, bought];
    open();
    await fillIn();
    await press("Pay $84.00");
    await screen.findByRole("button", { name: "Ask again" });
    cleanup();
    open("chloe");
    await fillIn();
    await press("Pay $84.00");
    await welcome();
    expect(new Set(keys()).size).toBe(2);
  });
});

describe("a payment that is refused", () => {
  it("is final: the next one has a key of its own", async () => {
    outcomes = [problem("payment_declined", 402, { decline_code: "insufficient_funds" }), bought];
    open();
    await fillIn();
    await press("Pay $84.00");
    expect(await screen.findByText(/There is not enough money on this card/)).toBeTruthy();
    await press("Pay $84.00");
    await welcome();
    expect(new Set(keys()).size).toBe(2);
  });

  it("for its price charges nothing, and shows the price that is in force", async () => {
    outcomes = [problem("price_changed", 409), bought];
    open();
    await fillIn();
    const button = await screen.findByRole("button", { name: "Pay $84.00" });
    price = 9000;
    await userEvent.click(button);
    expect(await screen.findByText(/nothing has been charged/)).toBeTruthy();
    await screen.findByRole("button", { name: "Pay $90.00" });
    expect(orders).toHaveLength(1);
    await press("Pay $90.00");
    await welcome();
    expect(orders.map(({ body }) => body.expected_total)).toEqual([usd(8400), usd(9000)]);
    expect(new Set(keys()).size).toBe(2);
  });
});

describe("a payment that the bank asks about", () => {
  it("is asked for again under the same key once the bank is answered", async () => {
    outcomes = [bankAsks, bought];
    open();
    await fillIn();
    await press("Pay $84.00");
    await userEvent.click(await screen.findByRole("button", { name: "Confirm the payment", ...UNLAID }));
    await welcome();
    expect(atBank).toEqual([{ client_secret: "pi_1_secret", succeed: true }]);
    expect(orders).toHaveLength(2);
    expect(orders[1]).toEqual(orders[0]);
  });

  it("is declined where the bank was told so", async () => {
    outcomes = [bankAsks, problem("payment_declined", 402, { decline_code: "authentication_required" })];
    open();
    await fillIn();
    await press("Pay $84.00");
    await userEvent.click(await screen.findByRole("button", { name: "Refuse", ...UNLAID }));
    expect(await screen.findByText(/The bank’s question was not answered/)).toBeTruthy();
    expect(atBank).toEqual([{ client_secret: "pi_1_secret", succeed: false }]);
    expect(orders[1]?.key).toBe(orders[0]?.key);
  });

  it("waits for an answer that takes the bank a moment, without asking anybody twice", async () => {
    outcomes = [bankAsks, bankAsks, bought];
    open();
    await fillIn();
    await press("Pay $84.00");
    await userEvent.click(await screen.findByRole("button", { name: "Confirm the payment", ...UNLAID }));
    await welcome();
    expect(atBank).toHaveLength(1);
    expect(new Set(keys()).size).toBe(1);
    expect(orders).toHaveLength(3);
  });
});
