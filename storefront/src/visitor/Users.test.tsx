import { fireEvent, render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { useState } from "react";
import { expect, it, vi } from "vitest";
import { Users } from "@/visitor/Users";

/** The field with a number of users that it keeps; tells what was chosen. */
function show(users: number, error?: string) {
  const chosen = vi.fn();
  function Kept() {
    const [value, setValue] = useState(users);
    const choose = (wanted: number) => {
      chosen(wanted);
      setValue(wanted);
    };
    return <Users value={value} choose={choose} error={error} />;
  }
  render(<Kept />);
  return { chosen, user: userEvent.setup() };
}

const field = () => screen.getByRole<HTMLInputElement>("textbox", { name: "Users" });
const fewer = () => screen.getByRole("button", { name: "One user fewer" });
const more = () => screen.getByRole("button", { name: "One user more" });
const isOff = (button: HTMLElement) => button.getAttribute("aria-disabled") === "true";
const isWrong = () => field().getAttribute("aria-invalid") === "true";
const write = (text: string) => fireEvent.change(field(), { target: { value: text } });

it("says from how many to how many, as the contract has it", () => {
  show(10);
  expect(screen.getByText("From 1 to 50")).toBeTruthy();
});

it("goes up and down by one", async () => {
  const { chosen, user } = show(10);
  await user.click(more());
  await user.click(more());
  await user.click(fewer());
  expect(chosen.mock.calls).toEqual([[11], [12], [11]]);
  expect(field().value).toBe("11");
});

it("goes no lower than the least, and no higher than the most", async () => {
  const { chosen, user } = show(1);
  expect([isOff(fewer()), isOff(more())]).toEqual([true, false]);
  await user.click(fewer());
  expect(chosen).not.toHaveBeenCalled();
  write("50");
  expect([isOff(fewer()), isOff(more())]).toEqual([false, true]);
  await user.click(more());
  expect(chosen.mock.calls).toEqual([[50]]);
});

it("goes up and down by the arrow keys, and no further than it may", async () => {
  const { chosen, user } = show(49);
  await user.type(field(), "{ArrowUp}{ArrowUp}{ArrowDown}");
  expect(chosen.mock.calls).toEqual([[50], [50], [49]]);
  write("1");
  await user.type(field(), "{ArrowDown}");
  expect(chosen.mock.lastCall).toEqual([1]);
});

it("keeps what is wrong with its reason when the field is left", async () => {
  const { user } = show(10);
  write("51");
  await user.tab();
  expect([field().value, isWrong()]).toEqual(["51", true]);
});

it("takes a number as it is typed", async () => {
  const { chosen, user } = show(1);
  await user.clear(field());
  await user.type(field(), "12");
  expect(chosen.mock.calls).toEqual([[1], [12]]);
  expect(isWrong()).toBe(false);
});

it.each([
  ["", "Please fill this in."],
  ["0", "At least 1."],
  ["51", "At most 50."],
  ["1.5", "A whole number, please."],
  ["many", "A whole number, please."],
])("does not take %j, and says why", (typed, reason) => {
  const { chosen } = show(10);
  write(typed);
  expect(chosen).not.toHaveBeenCalled();
  expect(screen.getByText(reason)).toBeTruthy();
  expect(isWrong()).toBe(true);
  expect(field().value).toBe(typed);
});

it("goes on from the last number that could be taken", async () => {
  const { chosen, user } = show(10);
  write("99");
  await user.click(more());
  expect(chosen.mock.calls).toEqual([[11]]);
  expect([field().value, isWrong()]).toEqual(["11", false]);
});

it("says what the API has against it", () => {
  show(10, "Not so many at once.");
  expect(screen.getByText("Not so many at once.")).toBeTruthy();
  expect(isWrong()).toBe(true);
});
