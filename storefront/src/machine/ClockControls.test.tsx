import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import { makeQueryClient } from "@/api/queries";
import { ClockControls } from "@/machine/ClockControls";
import { Say, type Word } from "@/machine/Say";
import { now } from "@/time/now";

const START = "2026-11-22T10:00:00Z";
const LATER = "2026-11-23T10:00:00Z";

interface World {
  moves: unknown[];
  /** Lets the move that waits come to its end. */
  arrive: (answer: Response) => void;
}

function sandbox({ next = null as string | null } = {}): World {
  let clock = START;
  let sent = 1;
  const world: World = { moves: [], arrive: () => {} };
  vi.stubGlobal("fetch", async (path: string, { method, body }: RequestInit) => {
    if (path === "/sandbox/mailbox") {
      return Response.json({ data: Array.from({ length: sent }, (_, id) => ({ id: String(id) })) });
    }
    if (method === "GET") return Response.json({ now: clock, stands: true, next_event: next });
    world.moves.push(JSON.parse(String(body)));
    const answer = await new Promise<Response>((resolve) => {
      world.arrive = resolve;
    });
    if (answer.ok) [clock, sent] = [LATER, sent + 2];
    return answer;
  });
  return world;
}

const read = vi.fn(async () => "read");

function Bar() {
  const [word, say] = useState<Word | null>(null);
  useQuery({ queryKey: ["subscriptions"], queryFn: read });
  return (
    <>
      <Say word={word} done={() => say(null)} />
      <ClockControls say={say} />
    </>
  );
}

async function show() {
  read.mockClear();
  render(
    <QueryClientProvider client={makeQueryClient()}>
      <Bar />
    </QueryClientProvider>,
  );
  await screen.findByText("Nov 22, 2026, 10:00 AM UTC");
  return userEvent.setup();
}

const arrived = () => Response.json({ now: LATER, fired: { term_ends: 2, unheard_of: 1 } });

test("moving the clock says what happened, and everything on the page is read again", async () => {
  const world = sandbox();
  const user = await show();
  await user.click(screen.getByRole("button", { name: "+1 day" }));
  await waitFor(() => expect(screen.getByRole("status").textContent).toContain("Time passes…"));
  expect(read).toHaveBeenCalledTimes(1);

  world.arrive(arrived());
  await waitFor(() =>
    expect(screen.getByRole("status").textContent).toBe(
      "It is Nov 23, 2026, 10:00 AM UTC. On the way: ends of terms 2×, unheard_of 1×. 2 new mails.",
    ),
  );
  expect(world.moves).toEqual([{ advance: "P1D" }]);
  expect(read).toHaveBeenCalledTimes(2);
  expect(now()).toBe(Date.parse(LATER));
  expect(screen.getByText("Nov 23, 2026, 10:00 AM UTC")).toBeTruthy();
});

test("while time passes a second click does nothing", async () => {
  const world = sandbox();
  const user = await show();
  await user.dblClick(screen.getByRole("button", { name: "+1 hour" }));
  await waitFor(() => expect(world.moves).toHaveLength(1));
  await user.click(screen.getByRole("button", { name: "+1 day" }));
  world.arrive(arrived());
  await screen.findByText(/It is Nov 23/);
  expect(world.moves).toEqual([{ advance: "PT1H" }]);
});

test("the next event is where the clock is moved to", async () => {
  const world = sandbox({ next: LATER });
  const user = await show();
  await user.click(screen.getByRole("button", { name: "To the next event" }));
  await waitFor(() => expect(world.moves).toEqual([{ to: LATER }]));
  world.arrive(arrived());
  await screen.findByText(/It is Nov 23/);
});

test("where nothing will happen by itself, there is nowhere to go", async () => {
  const world = sandbox();
  const user = await show();
  const next = screen.getByRole("button", { name: "To the next event" });
  expect(next.getAttribute("aria-disabled")).toBe("true");
  await user.click(next);
  expect(world.moves).toEqual([]);
});

test("a date that was chosen is taken as UTC", async () => {
  const world = sandbox();
  const user = await show();
  await user.click(screen.getByRole("button", { name: "Move the clock further" }));
  await user.click(await screen.findByRole("menuitem", { name: "To a date…" }));
  const field = await screen.findByLabelText(/Date and time/);
  expect((field as HTMLInputElement).value).toBe("2026-11-22T10:00");
  await user.clear(field);
  await user.type(field, "2026-12-24T18:30");
  await user.click(screen.getByRole("button", { name: "Move" }));
  await waitFor(() => expect(world.moves).toEqual([{ to: "2026-12-24T18:30:00Z" }]));
  world.arrive(arrived());
  await screen.findByText(/It is Nov 23/);
});

test("a move that is refused is said, and the clock can be moved again", async () => {
  const world = sandbox();
  const user = await show();
  await user.click(screen.getByRole("button", { name: "+1 day" }));
  await waitFor(() => expect(world.moves).toHaveLength(1));
  const detail = "Time moves forward.";
  world.arrive(Response.json({ code: "validation_failed", detail }, { status: 422 }));
  await waitFor(() => expect(screen.getByRole("status").textContent).toBe(detail));
  await user.click(screen.getByRole("button", { name: "+1 day" }));
  await waitFor(() => expect(world.moves).toHaveLength(2));
  world.arrive(arrived());
  await screen.findByText(/It is Nov 23/);
});
