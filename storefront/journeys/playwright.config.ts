import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

/** Debian's Chromium, or whichever one is here: none is downloaded. */
const CHROMIUM = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path && existsSync(path));
if (!CHROMIUM)
  throw new Error(
    "No Chromium: install it (Debian: apt-get install chromium), or say where it is: CHROMIUM=/path",
  );

// A new profile each, no sandbox of the kernel's (containers seldom allow it), and no word to anybody outside.
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export default defineConfig({
  testDir: "lives",
  outputDir: "../../build/journeys",
  timeout: 120_000,
  expect: { timeout: 15_000 },
  workers: 2,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 1280, height: 900 },
    locale: "en-US",
    timezoneId: "UTC",
    contextOptions: { reducedMotion: "reduce" },
    launchOptions: { executablePath: CHROMIUM, args: ARGUMENTS },
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
  },
});
