import { render, screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, it, vi } from "vitest";
import { type Freelancer, Me } from "@/freelancer/me";
import { NotInvited, Standing } from "@/freelancer/Standing";

vi.mock("@/look/AppLink", () => ({
  ButtonLink: ({ to, children }: { to: string; children: ReactNode }) => <a href={to}>{children}</a>,
}));

function standing(state: Freelancer["state"], decision_reason: string | null = null) {
  const me = { id: "frl_1", state, display_name: "Frida", link: null, decision_reason, terms_version: null };
  render(
    <Me.Provider value={me}>
      <Standing />
    </Me.Provider>,
  );
}

it.each([
  ["invited", "You are invited, Frida", "/freelancer/application"],
  ["approved", "Welcome, Frida: one step is left", "/freelancer/terms"],
  ["enrolled", "You are in the program", "/freelancer"],
] as const)("whoever is %s sees it, and the way on", (state, title, to) => {
  standing(state);
  expect(screen.getByText(title)).toBeTruthy();
  expect(screen.getByRole("link").getAttribute("href")).toBe(to);
});

it.each([
  ["applied", "We have your application"],
  ["left", "You have left the program"],
  ["removed", "You are no longer in the program"],
] as const)("whoever has %s sees it, and nothing to do", (state, title) => {
  standing(state);
  expect(screen.getByText(title)).toBeTruthy();
  expect(screen.queryByRole("link")).toBeNull();
});

it("whoever was rejected reads the reason as it was written", () => {
  standing("rejected", "Not in the US yet.");
  expect(screen.getByText("Not in the US yet.")).toBeTruthy();
});

it("whoever nobody has invited is told that the program is by invitation", () => {
  render(<NotInvited />);
  expect(screen.getByText("The program is by invitation")).toBeTruthy();
});
