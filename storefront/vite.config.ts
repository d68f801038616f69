import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const BASE =
  /node_modules\/(react|react-dom|scheduler|@tanstack|i18next|react-i18next|use-sync-external-store|openapi-fetch|@swc)\//;
const LOOK =
  /node_modules\/(@griffel|stylis|rtl-css-js|keyborg|@fluentui\/(tokens|react-(theme|provider|utilities|shared-contexts|jsx-runtime|context-selector|button|link|text)))\//;
/** What forms are made of, and what any page says when it is refused: in one file instead of ten. */
const FORMS =
  /node_modules\/@fluentui\/react-(field|label|input|message-bar|motion|motion-components-preview)\/|\/src\/look\/ProblemNotice/;
const API = process.env.API ?? "http://127.0.0.1:8000";

/** What the page shows before any script has run is fetched and drawn first: the scripts stand back. */
const shellFirst: Plugin = {
  name: "shell-first",
  apply: "build",
  transformIndexHtml: {
    order: "post",
    handler: (html) =>
      html.replace(/<(script type="module"|link rel="modulepreload")/g, '<$1 fetchpriority="low"'),
  },
};

export default defineConfig({
  plugins: [react(), shellFirst],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: fileURLToPath(new URL("../build/storefront", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // the content security policy lets nothing be inline
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 600,
    // What every page needs in four files that change seldom, instead of in forty that wait for one another.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "base", test: BASE, priority: 2 },
            { name: "look", test: LOOK, priority: 1 },
            { name: "forms", test: FORMS, priority: 1 },
            {
              name: "frame",
              test: /\/src\/(api|configuration|form\/limits|frame\/(?!menus)|i18n\/(?!problems)|look\/(AppLink|Loaded|Nothing|Page|Panel|theme)|session\/(?!SignIn)|time)/,
            },
          ],
        },
      },
    },
  },
  // `npm run dev` beside `make run`: the same sandbox, with pages that reload as they are edited.
  server: { host: "127.0.0.1", proxy: { "/v1": API, "/sandbox": API, "/docs": API } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/setup.test-environment.ts"],
    restoreMocks: true,
  },
});
