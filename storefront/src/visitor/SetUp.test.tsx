import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { onStage } from "@/client/stage";
import { choose, read, useChoice } from "@/visitor/choice";
import { SettingUp } from "@/visitor/SetUp";
import { CHOICE, open } from "@/visitor/till";

function Kept() {
  const choice = useChoice();
  return choice && <SettingUp choice={choice} />;
}
const kept = () => read(localStorage.getItem("choice.1"));
const field = () => screen.getByLabelText<HTMLInputElement>("Users");
const total = (text: string) => waitFor(() => expect(screen.getAllByText(text).length).toBeGreaterThan(0));

let shop: ReturnType<typeof open>;
beforeEach(() => {
  shop = open();
  choose(CHOICE);
  onStage(<Kept />);
});

describe("the number of users", () => {
  it("goes by steps, and the total with it", async () => {
    await total("$84.00");
    await userEvent.click(screen.getByRole("button", { name: "One user more" }));
    expect(field().value).toBe("11");
    await total("$92.40");
    expect(kept()?.seats).toBe(11);
  });

  it("goes by the arrow keys", async () => {
    await userEvent.type(field(), "{ArrowDown}{ArrowDown}");
    expect(kept()?.seats).toBe(8);
  });

  it("ends where the contract ends", async () => {
    await userEvent.clear(field());
    await userEvent.type(field(), "50");
    await userEvent.click(screen.getByRole("button", { name: "One user more" }));
    expect(field().value).toBe("50");
    await userEvent.clear(field());
    await userEvent.type(field(), "1");
    await userEvent.click(screen.getByRole("button", { name: "One user fewer" }));
    expect(field().value).toBe("1");
  });

  it.each([
    ["51", "At most 50."],
    ["0", "At least 1."],
    ["2.5", "A whole number, please."],
  ])("is not %s, which is said, and nobody goes on with another one unawares", async (typed, said) => {
    await total("$84.00");
    await userEvent.clear(field());
    await userEvent.paste(typed);
    await userEvent.tab();
    expect(screen.getByText(said)).toBeTruthy();
    expect(field().value).toBe(typed);
    await userEvent.click(screen.getByRole("link", { name: "Continue to payment" }));
    expect(document.activeElement).toBe(field());
    expect(kept()?.seats).toBe(10);
  });
});

describe("the total", () => {
  it("is asked for once when somebody clicks fast, and the last one stays until then", async () => {
    await total("$84.00");
    const more = screen.getByRole("button", { name: "One user more" });
    for (let click = 0; click < 5; click++) await userEvent.click(more);
    expect(screen.getAllByText("$84.00").length).toBeGreaterThan(0);
    await total("$126.00");
    expect(shop.quotes().map(({ body }) => body.seats)).toEqual([10, 15]);
  });

  it("follows the payment period", async () => {
    await total("$84.00");
    await userEvent.click(screen.getByRole("radio", { name: "Yearly" }));
    await screen.findByText(/per year/);
    expect(shop.quotes().at(-1)?.body.billing_period).toBe("yearly");
    expect(kept()?.billing_period).toBe("yearly");
  });
});
