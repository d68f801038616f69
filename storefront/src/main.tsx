import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { makeQueryClient } from "@/api/queries";
import { LookProvider } from "@/look/theme";
import { router } from "@/router";
import { SessionProvider } from "@/session/session";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={makeQueryClient()}>
      <LookProvider>
        <SessionProvider>
          <RouterProvider router={router} />
        </SessionProvider>
      </LookProvider>
    </QueryClientProvider>
  </StrictMode>,
);
