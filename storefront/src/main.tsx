import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode, startTransition } from "react";
import { createRoot } from "react-dom/client";
import { cache } from "@/api/cache";
import { LookProvider } from "@/look/theme";
import { router } from "@/router";
import { SessionProvider } from "@/session/session";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");

// The page is found before anything is drawn, and then drawn once, in slices: whoever is already clicking is heard.
void router.load().finally(() =>
  startTransition(() =>
    createRoot(root).render(
      <StrictMode>
        <QueryClientProvider client={cache}>
          <LookProvider>
            <SessionProvider>
              <RouterProvider router={router} />
            </SessionProvider>
          </LookProvider>
        </QueryClientProvider>
      </StrictMode>,
    ),
  ),
);
