import { existsSync } from "node:fs";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Debian's Chromium, or whichever one is here: none is downloaded. Throws where there is none. */
export function chromium(): string {
  const found = [process.env.CHROMIUM, ...PLACES].find((path) => path && existsSync(path));
  if (!found) {
    throw new Error(
      "No Chromium: install it (Debian: apt-get install chromium), or say where it is: CHROMIUM=/path",
    );
  }
  return found;
}

/** No sandbox of the kernel's (containers seldom allow it), and no word to anybody outside. */
export const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
