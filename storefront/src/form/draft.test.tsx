import { render, screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { ProblemError } from "@/api/problem";
import { AddressFields } from "@/form/AddressFields";
import { useDraft } from "@/form/draft";

const EMPTY = { line1: "", line2: null, city: "", state: "", postal_code: "", country: "US" };

/** What the API has against an address. */
function refusal(...errors: [pointer: string, detail: string][]): ProblemError {
  return new ProblemError("validation_failed", 422, {
    errors: errors.map(([pointer, detail]) => ({ pointer, detail })),
  });
}

/** An address to be filled in, and the two who may have something against it. */
function show(address: object, refused: unknown = null) {
  const [checked, answered] = [vi.fn(), vi.fn()];
  function Form() {
    const draft = useDraft("PurchaseRequest", { address: { ...EMPTY, ...address } });
    return (
      <form ref={draft.form}>
        <AddressFields draft={draft} />
        <output>{JSON.stringify(draft.value)}</output>
        <button type="button" onClick={() => checked(draft.check({}, "/address"))}>
          Check
        </button>
        <button
          type="button"
          onClick={() => checked(draft.check({ "/address/city": "Not there." }, "/address"))}
        >
          Check more
        </button>
        <button type="button" onClick={() => answered(draft.refuse(refused))}>
          Refuse
        </button>
      </form>
    );
  }
  render(<Form />);
  return { checked, answered, user: userEvent.setup() };
}

const WHOLE = { line1: "1 Main St", city: "Redmond", state: "WA", postal_code: "98052" };
const field = (name: RegExp) => screen.getByRole("textbox", { name });
const press = (name: string) => screen.getByRole("button", { name });
const invalid = (name: RegExp) => field(name).getAttribute("aria-invalid") === "true";

it("passes what the contract allows, though the rest of the request is not there", async () => {
  const { checked, user } = show(WHOLE);
  await user.click(press("Check"));
  expect(checked).toHaveBeenCalledExactlyOnceWith(true);
  expect([/Street/, /City/, /State/, /ZIP/].some(invalid)).toBe(false);
});

it("says what is wrong at its field, and focuses the first of the page", async () => {
  const { checked, user } = show({ ...WHOLE, city: "", postal_code: "9805" });
  await user.click(press("Check"));
  expect(checked).toHaveBeenCalledExactlyOnceWith(false);
  await waitFor(() => expect(document.activeElement).toBe(field(/City/)));
  expect([/Street/, /City/, /State/, /ZIP/].map(invalid)).toEqual([false, true, false, true]);
  expect(screen.getByText("Please fill this in.")).toBeTruthy();
  expect(screen.getByText("A ZIP code: 12345 or 12345-6789.")).toBeTruthy();
});

it("takes a complaint back once the field is changed, and no other", async () => {
  const { user } = show({ ...WHOLE, city: "", state: "Wash" });
  await user.click(press("Check"));
  await user.type(field(/City/), "R");
  expect([invalid(/City/), invalid(/State/)]).toEqual([false, true]);
});

it("minds also what the form itself has against it", async () => {
  const { checked, user } = show(WHOLE);
  await user.click(press("Check more"));
  expect(checked).toHaveBeenCalledExactlyOnceWith(false);
  expect(screen.getByText("Not there.")).toBeTruthy();
});

it("takes what the API has against it to the fields, and hands the problem on", async () => {
  const problem = refusal(
    ["/address/postal_code", "No such ZIP code in WA."],
    ["/address/state", "No such state."],
  );
  const { answered, user } = show(WHOLE, problem);
  await user.click(press("Refuse"));
  expect(answered).toHaveBeenCalledExactlyOnceWith(problem);
  expect(screen.getByText("No such ZIP code in WA.")).toBeTruthy();
  expect(screen.getByText("No such state.")).toBeTruthy();
  await waitFor(() => expect(document.activeElement).toBe(field(/State/)));
});

it("makes a problem of whatever was thrown", async () => {
  const { answered, user } = show(WHOLE, new TypeError("Failed to fetch"));
  await user.click(press("Refuse"));
  expect(answered.mock.calls[0]?.[0]).toMatchObject({ code: "offline" });
});

it("keeps what is typed where the request has it", async () => {
  const { user } = show({});
  await user.type(field(/City/), "Redmond");
  expect(JSON.parse(screen.getByRole("status").textContent ?? "")).toEqual({
    address: { ...EMPTY, city: "Redmond" },
  });
});
