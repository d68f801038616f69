import { FluentProvider, webLightTheme } from "@fluentui/react-components";
import { QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { configure, render, screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { beforeEach, expect, it, vi } from "vitest";
import { makeQueryClient } from "@/api/queries";
import { usd } from "@/api/sample";
import { Plans } from "@/visitor/Plans";

configure({ asyncUtilTimeout: 8_000 });
vi.setConfig({ testTimeout: 20_000 });

const PLANS = [
  {
    id: "business-basic",
    name: "Business Basic",
    description: "Mail and meetings.",
    features: ["Teams"],
    prices: { monthly: usd(840), yearly: usd(8_640) },
  },
  {
    id: "business-premium",
    name: "Business Premium",
    description: "All of it.",
    features: ["Teams", "Apps"],
    prices: { monthly: usd(2_640), yearly: usd(26_400) },
  },
];

let answers: Record<string, () => Response>;

beforeEach(() => {
  answers = {
    "/v1/plans": () => Response.json({ data: PLANS }),
    "/v1/links/good": () =>
      Response.json({ token: "good", freelancer: { display_name: "Frida Lindqvist" }, plans: PLANS }),
    "/v1/links/dead": () =>
      Response.json({ code: "link_not_found", status: 404, title: "No such link" }, { status: 404 }),
  };
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname;
    return (answers[path] ?? (() => Response.json({ code: "not_found" }, { status: 404 })))();
  });
});

function open(path: string) {
  const root = createRootRoute();
  const page = (at: string, component: () => React.ReactNode) =>
    createRoute({ getParentRoute: () => root, path: at, component });
  const router = createRouter({
    routeTree: root.addChildren([
      page("/", Plans),
      page("/l/$token", Plans),
      page("/set-up", () => <p>Setting up</p>),
    ]),
    history: createMemoryHistory({ initialEntries: [path] }),
  });
  render(
    <FluentProvider theme={webLightTheme}>
      <QueryClientProvider client={makeQueryClient()}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </FluentProvider>,
  );
  return userEvent.setup();
}

const card = async (name: string) => within(await screen.findByRole("region", { name }));
const chosen = () => JSON.parse(localStorage.getItem("choice.1") ?? "null") as unknown;

it("shows what each plan costs a month, and a year when that is asked for", async () => {
  const user = open("/");
  expect((await card("Business Basic")).getByText("$8.40")).toBeTruthy();
  expect((await card("Business Basic")).getByText("per user, per month")).toBeTruthy();
  expect((await card("Business Premium")).getByText("$26.40")).toBeTruthy();
  await user.click(screen.getByRole("radio", { name: "Yearly" }));
  expect((await card("Business Basic")).getByText("$86.40")).toBeTruthy();
  expect((await card("Business Basic")).getByText("per user, per year")).toBeTruthy();
  expect((await card("Business Premium")).getByText("$264.00")).toBeTruthy();
  expect(screen.queryByText("$8.40")).toBeNull();
});

it("keeps the plan and the period that were chosen, and goes on to the set-up", async () => {
  const user = open("/");
  await user.click(await screen.findByRole("radio", { name: "Yearly" }));
  await user.click((await card("Business Premium")).getByRole("button"));
  expect(await screen.findByText("Setting up")).toBeTruthy();
  expect(chosen()).toEqual({
    plan_id: "business-premium",
    seats: 1,
    billing_period: "yearly",
    link_token: null,
    seller: null,
  });
});

it("says whose link it is, and keeps that with what is chosen", async () => {
  const user = open("/l/good");
  expect(
    await screen.findByRole("heading", { level: 1, name: "Frida Lindqvist offers you Microsoft 365" }),
  ).toBeTruthy();
  await user.click((await card("Business Basic")).getByRole("button"));
  await screen.findByText("Setting up");
  expect(chosen()).toMatchObject({ link_token: "good", seller: "Frida Lindqvist" });
});

it("leads from a link that is dead to the plans and to support", async () => {
  open("/l/dead");
  expect(
    await screen.findByRole("heading", { level: 1, name: "This link does not work any more" }),
  ).toBeTruthy();
  expect(screen.getByRole("link", { name: "See the plans" }).getAttribute("href")).toBe("/");
  expect(screen.getByRole("link", { name: /Write to support/ }).getAttribute("href")).toMatch(
    /^mailto:support@seatwise\.example\?/,
  );
  expect(screen.queryByRole("button", { name: /Choose/ })).toBeNull();
});

it("says of a link that cannot be read now that it may be asked again, not that it is dead", async () => {
  answers["/v1/links/good"] = () => Response.json({ code: "forbidden", title: "Not now" }, { status: 403 });
  open("/l/good");
  expect(await screen.findByRole("alert")).toBeTruthy();
  expect(screen.queryByText("This link does not work any more")).toBeNull();
});
