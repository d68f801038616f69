import { FluentProvider, webLightTheme } from "@fluentui/react-components";
import { QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { render, screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { makeQueryClient } from "@/api/queries";
import { ADDRESS } from "@/api/sample";
import { Reviews } from "@/operator/Reviews";

const WAITING = {
  id: "sub_1",
  plan: { id: "business-basic", name: "Microsoft 365 Business Basic" },
  seats: 3,
  client: { name: "Carl Jensen", email: "carl@client.example" },
  freelancer: { display_name: "Frida Lindqvist" },
  microsoft_account: {
    existing_customer: false,
    domain: "carlsbakery.onmicrosoft.com",
    account_name: "Bakery on Main",
    address: ADDRESS,
    primary_contact: {
      first_name: "Carl",
      last_name: "Jensen",
      email: "carl@client.example",
      phone: "+12065550100",
    },
    submitted_at: "2026-11-22T10:00:00Z",
  },
};

interface Asked {
  method: string;
  path: string;
  key: string | null;
  body: unknown;
}

let asked: Asked[];
let answers: Record<string, () => Response>;

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

function show() {
  const root = createRootRoute();
  const page = createRoute({ getParentRoute: () => root, path: "/", component: Reviews });
  const router = createRouter({
    routeTree: root.addChildren([page]),
    history: createMemoryHistory({ initialEntries: ["/"] }),
  });
  render(
    <FluentProvider theme={webLightTheme}>
      <QueryClientProvider client={makeQueryClient()}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </FluentProvider>,
  );
}

describe("the reviews", () => {
  beforeEach(() => {
    asked = [];
    let waiting = [WAITING];
    answers = {
      "GET /v1/admin/reviews": () => json({ data: waiting, next_cursor: null }),
      "POST /v1/admin/reviews/sub_1/decision": () => {
        waiting = [];
        return json(WAITING);
      },
    };
    vi.stubGlobal("fetch", async (request: Request) => {
      const path = new URL(request.url).pathname;
      const text = await request.text();
      asked.push({
        method: request.method,
        path,
        key: request.headers.get("Idempotency-Key"),
        body: text ? JSON.parse(text) : null,
      });
      return (answers[`${request.method} ${path}`] ?? (() => json({}, 404)))();
    });
  });

  it("approves with one click, says so, and the account is off the list", async () => {
    show();
    await userEvent.click(await screen.findByRole("button", { name: "Approve" }));
    expect(await screen.findByText(/Bakery on Main is approved/)).toBeTruthy();
    expect(await screen.findByText("No account waits for a review")).toBeTruthy();
    const decision = asked.find((each) => each.method === "POST");
    expect(decision?.body).toEqual({ approve: true, reason: null });
    expect(decision?.key).toMatch(/[0-9a-f-]{36}/);
  });

  it("refuses only with a reason, which the client will read", async () => {
    show();
    await userEvent.click(await screen.findByRole("button", { name: "Refuse" }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.click(dialog.getByRole("button", { name: "Refuse" }));
    expect(await dialog.findByText("Please fill this in.")).toBeTruthy();
    expect(asked.some((each) => each.method === "POST")).toBe(false);
    await userEvent.type(dialog.getByRole("textbox"), "The address is not in the register.");
    await userEvent.click(dialog.getByRole("button", { name: "Refuse" }));
    expect(await screen.findByText(/Bakery on Main is refused/)).toBeTruthy();
    expect(asked.find((each) => each.method === "POST")?.body).toEqual({
      approve: false,
      reason: "The address is not in the register.",
    });
  });

  it("sends the same key again after no answer: what was meant once happens once", async () => {
    const decide = answers["POST /v1/admin/reviews/sub_1/decision"] as () => Response;
    let first = true;
    answers["POST /v1/admin/reviews/sub_1/decision"] = () => {
      if (!first) return decide();
      first = false;
      return json({ code: "internal_error", title: "A fault of ours", detail: "Try again." }, 500);
    };
    show();
    await userEvent.click(await screen.findByRole("button", { name: "Approve" }));
    await userEvent.click(await screen.findByRole("button", { name: "Try again" }));
    await screen.findByText(/is approved/);
    const keys = asked.filter((each) => each.method === "POST").map((each) => each.key);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
  });
});
