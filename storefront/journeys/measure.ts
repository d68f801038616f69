// `make bench-storefront`: what a first visit costs, and what Lighthouse thinks of it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium as browsers } from "@playwright/test";
import lighthouse, { desktopConfig } from "lighthouse";
import { ARGUMENTS, chromium } from "./chromium.ts";
import { Sandbox } from "./sandbox.ts";

const RUNS = Number(process.env.RUNS ?? 3); // the median of them is said
const PORT = 9333;

interface Judged {
  performance: number;
  accessibility: number;
  practices: number;
  fcp: number;
  lcp: number;
  tbt: number;
  cls: number;
  script: number;
}

/** One page, judged once. */
async function judge(url: string, form: "mobile" | "desktop"): Promise<Judged> {
  const found = await lighthouse(
    url,
    {
      port: PORT,
      output: "json",
      logLevel: "error",
      onlyCategories: ["performance", "accessibility", "best-practices"],
    },
    form === "desktop" ? desktopConfig : undefined,
  );
  if (!found) throw new Error("Lighthouse said nothing");
  const { categories, audits } = found.lhr;
  const number = (audit: string) => audits[audit]?.numericValue ?? Number.NaN;
  const requests =
    (audits["network-requests"]?.details as { items?: Record<string, unknown>[] } | undefined)?.items ?? [];
  const script = requests
    .filter((each) => each.resourceType === "Script")
    .reduce((sum, each) => sum + Number(each.transferSize), 0);
  return {
    performance: Math.round((categories.performance?.score ?? 0) * 100),
    accessibility: Math.round((categories.accessibility?.score ?? 0) * 100),
    practices: Math.round((categories["best-practices"]?.score ?? 0) * 100),
    fcp: number("first-contentful-paint"),
    lcp: number("largest-contentful-paint"),
    tbt: number("total-blocking-time"),
    cls: number("cumulative-layout-shift"),
    script,
  };
}

const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const sandbox = await Sandbox.start({ TIME_MACHINE: "off" });
const profile = await mkdtemp(join(tmpdir(), "storefront-"));
const browser = await browsers.launchPersistentContext(profile, {
  executablePath: chromium(),
  args: [...ARGUMENTS, `--remote-debugging-port=${PORT}`],
});
try {
  const link = await sandbox.enroll();
  const pages = { "a freelancer’s link": link, "the plans": "/", "sign-in": "/sign-in" };
  const rows: string[][] = [];
  for (const [name, path] of Object.entries(pages)) {
    for (const form of ["mobile", "desktop"] as const) {
      const runs: Judged[] = [];
      for (let run = 0; run < RUNS; run++) runs.push(await judge(sandbox.url + path, form));
      const of = (key: keyof Judged) => median(runs.map((each) => each[key]));
      rows.push([
        name,
        form,
        String(of("performance")),
        String(of("accessibility")),
        String(of("practices")),
        (of("fcp") / 1000).toFixed(1),
        (of("lcp") / 1000).toFixed(1),
        of("tbt").toFixed(0),
        of("cls").toFixed(3),
        (of("script") / 1000).toFixed(0),
      ]);
    }
  }
  const head = [
    "page",
    "as",
    "performance",
    "accessibility",
    "best practices",
    "FCP s",
    "LCP s",
    "TBT ms",
    "CLS",
    "JavaScript kB",
  ];
  const table = [head, head.map(() => "---"), ...rows];
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  for (const row of table) {
    const cells = row.map((cell, column) =>
      cell === "---" ? "-".repeat(widths[column] ?? 3) : cell.padEnd(widths[column] ?? 0),
    );
    console.log(`| ${cells.join(" | ")} |`);
  }
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
  sandbox.stop();
}
