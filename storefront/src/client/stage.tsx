import { FluentProvider, webLightTheme } from "@fluentui/react-components";
import { QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterContextProvider,
} from "@tanstack/react-router";
import { configure, render } from "@testing-library/react";
import type { ReactElement } from "react";
import { vi } from "vitest";
import { makeQueryClient } from "@/api/queries";

// Whole pages are drawn here, also on machines that have much else to do.
configure({ asyncUtilTimeout: 8_000 });
vi.setConfig({ testTimeout: 20_000 });

/**
 * For what is in a dialog: without a layout the focus does not always get into it, and Fluent then hides it
 * from the accessibility tree; in a browser it does not.
 */
export const UNLAID = { hidden: true };

/** Draws a part of a page for a test, with all that stands around it in the storefront. */
export function onStage(part: ReactElement) {
  const client = makeQueryClient();
  const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() });
  const drawn = render(
    <QueryClientProvider client={client}>
      <FluentProvider theme={webLightTheme}>
        <RouterContextProvider router={router as never}>{part}</RouterContextProvider>
      </FluentProvider>
    </QueryClientProvider>,
  );
  return { ...drawn, client };
}

export interface Asked {
  method: string;
  path: string;
  key: string | null;
  body: Record<string, unknown>;
}

/** An API for a test: answers what is said here, and tells what it was asked. */
export function answering(answer: (asked: Asked) => [status: number, body: unknown]): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const url = new URL(request.url, "http://localhost");
    const text = await request.text();
    const one: Asked = {
      method: request.method,
      path: url.pathname.replace("/v1/subscriptions/sub_1", "") + url.search,
      key: request.headers.get("Idempotency-Key"),
      body: text ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
    asked.push(one);
    const [status, body] = answer(one);
    return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
  });
  return asked;
}
