import { defineConfig, devices } from "@playwright/test";
import { ARGUMENTS, chromium } from "./chromium.ts";

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
    actionTimeout: 15_000,
    locale: "en-US",
    timezoneId: "UTC",
    contextOptions: { reducedMotion: "reduce" },
    launchOptions: { executablePath: chromium(), args: ARGUMENTS },
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
  },
});
