import { FluentProvider, webLightTheme } from "@fluentui/react-components";
import { configure, render, screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { createRef } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { CardForm, type CardFormHandle, SetUpCardForm, useCardholder } from "@/payments";

// The provider's part is only read once it is needed, also on machines that have much else to do.
configure({ asyncUtilTimeout: 8_000 });
vi.setConfig({ testTimeout: 20_000 });
/** Without a layout, Fluent may hide a dialog from the accessibility tree; in a browser it does not. */
const UNLAID = { hidden: true };

let asked: [path: string, body: unknown][];
let answer: () => Response | Promise<Response>;

beforeEach(() => {
  [asked, answer] = [[], () => Response.json({})];
  vi.stubGlobal("fetch", async (path: string, { body }: RequestInit) => {
    asked.push([path, JSON.parse(String(body))]);
    return answer();
  });
});

const draw = (part: React.ReactNode) => render(<FluentProvider theme={webLightTheme}>{part}</FluentProvider>);

describe("a card", () => {
  it("is the one that was chosen, and asks nobody", async () => {
    const card = createRef<CardFormHandle>();
    draw(<CardForm ref={card} />);
    const choice = await screen.findByRole("combobox", { name: "Test card" });
    expect(await card.current?.create()).toBe("pm_card_visa");
    await userEvent.selectOptions(choice, screen.getByRole("option", { name: /not enough money/ }));
    expect(await card.current?.create()).toBe("pm_card_visa_chargeDeclinedInsufficientFunds");
    expect(asked).toEqual([]);
  });

  it("cannot be changed while it is being used", async () => {
    draw(<CardForm disabled />);
    const choice = await screen.findByRole<HTMLSelectElement>("combobox", { name: "Test card" });
    expect(choice.disabled).toBe(true);
  });
});

describe("a card to be kept", () => {
  it("is kept once, however often that is clicked", async () => {
    const done = vi.fn();
    let arrive: (taken: Response) => void = () => {};
    answer = () => new Promise((resolve) => (arrive = resolve));
    draw(<SetUpCardForm clientSecret="seti_1" onDone={done} />);
    await userEvent.dblClick(await screen.findByRole("button", { name: "Keep this card" }));
    expect(done).not.toHaveBeenCalled();
    arrive(Response.json({}));
    await waitFor(() => expect(done).toHaveBeenCalledOnce());
    expect(asked).toEqual([
      ["/sandbox/payments/finish-setup", { client_secret: "seti_1", payment_method: "pm_card_visa" }],
    ]);
  });

  it("that is not taken is said to be so, and another one can be tried", async () => {
    const done = vi.fn();
    answer = () => Response.json({ code: "payment_declined" }, { status: 402 });
    draw(<SetUpCardForm clientSecret="seti_1" onDone={done} />);
    const keep = await screen.findByRole("button", { name: "Keep this card" });
    await userEvent.click(keep);
    expect((await screen.findByRole("alert")).textContent).toMatch(/could not be kept/);
    expect(done).not.toHaveBeenCalled();
    answer = () => Response.json({});
    await userEvent.click(keep);
    await waitFor(() => expect(done).toHaveBeenCalledOnce());
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

describe("the bank’s question", () => {
  function Payment({ heard }: { heard: (outcome: string) => void }) {
    const { authenticate, dialog } = useCardholder();
    return (
      <>
        <button type="button" onClick={() => void authenticate("pi_1").then(heard)}>
          Pay
        </button>
        {dialog}
      </>
    );
  }

  it("is not asked before there is something to be paid", () => {
    draw(<Payment heard={() => {}} />);
    expect(screen.queryByText("Your bank asks")).toBeNull();
  });

  it.each([
    ["Confirm the payment", true, "done"],
    ["Refuse", false, "failed"],
  ])("is answered once by “%s”, and is gone", async (name, succeed, outcome) => {
    const heard = vi.fn();
    let arrive: (taken: Response) => void = () => {};
    answer = () => new Promise((resolve) => (arrive = resolve));
    draw(<Payment heard={heard} />);
    await userEvent.click(screen.getByRole("button", { name: "Pay" }));
    await userEvent.dblClick(await screen.findByRole("button", { name, ...UNLAID }));
    expect(screen.getByText("Your bank asks")).toBeTruthy();
    arrive(Response.json({}));
    await waitFor(() => expect(heard).toHaveBeenCalledExactlyOnceWith(outcome));
    expect(asked).toEqual([["/sandbox/payments/authenticate", { client_secret: "pi_1", succeed }]]);
    await waitFor(() => expect(screen.queryByText("Your bank asks")).toBeNull());
  });

  it("is not answered where the bank did not take the answer", async () => {
    const heard = vi.fn();
    answer = () => Response.json({ code: "not_found" }, { status: 404 });
    draw(<Payment heard={heard} />);
    await userEvent.click(screen.getByRole("button", { name: "Pay" }));
    await userEvent.click(await screen.findByRole("button", { name: "Confirm the payment", ...UNLAID }));
    await waitFor(() => expect(heard).toHaveBeenCalledExactlyOnceWith("failed"));
  });
});
