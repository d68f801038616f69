import i18next from "i18next";
import { describe, expect, it } from "vitest";
// Those whose texts are few, and stand in the module itself.
import "@/form/AddressFields";
import "@/payments/texts";
import "@/session/SignIn";

type Texts = { [key: string]: string | Texts };

const files = import.meta.glob<Texts>("../**/{en,fr}.json", { eager: true, import: "default" });
for (const area of ["address", "payments", "sign-in"]) {
  for (const language of ["en", "fr"]) {
    files[`${area}/${language}.json`] = i18next.getResourceBundle(language, area);
  }
}
const areas = Object.keys(files)
  .filter((file) => file.endsWith("/en.json"))
  .map((file) => file.replace("/en.json", ""));

/** Every text of an area in a language, by its key. */
function flat(area: string, language: "en" | "fr"): Record<string, string> {
  const found: Record<string, string> = {};
  const walk = (texts: Texts, before: string) => {
    for (const [key, text] of Object.entries(texts)) {
      if (typeof text === "string") found[before + key] = text;
      else walk(text, `${before}${key}.`);
    }
  };
  walk(files[`${area}/${language}.json`] ?? {}, "");
  return found;
}

const bare = (text: string) => text.replace(/\{\{\w+\}\}|https?:\/\/\S*/g, "x");
const placeholders = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g))].sort();

/** The keys of the texts in which something is wrong, with the texts. */
function those(texts: Record<string, string>, wrong: RegExp): string[] {
  return Object.entries(texts)
    .filter(([, text]) => wrong.test(bare(text)))
    .map(([key, text]) => `${key}: ${text}`);
}

it.each(["./common", "./problems", "../client", "../visitor", "payments"])(
  "finds the texts of %s",
  (area) => {
    expect(areas).toContain(area);
    expect(Object.keys(flat(area, "fr")).length).toBeGreaterThan(10);
  },
);

describe.each(areas)("the texts of %s", (area) => {
  const [en, fr] = [flat(area, "en"), flat(area, "fr")];

  it("are all there in French", () => {
    expect(Object.keys(fr)).toEqual(expect.arrayContaining(Object.keys(en)));
  });

  it("speak of the same things in both", () => {
    const differ = Object.keys(en).filter((key) => {
      const [here, there] = [placeholders(en[key] ?? ""), placeholders(fr[key] ?? "")];
      return here.join() !== there.join();
    });
    expect(differ).toEqual([]);
  });

  it("say something in both", () => {
    expect(Object.entries({ ...en, ...fr }).filter(([, text]) => text.trim() === "")).toEqual([]);
  });

  it("keep French punctuation at its word, by a space that does not break", () => {
    // A time has its colon between digits; a no-break space may be a narrow one.
    expect(those(fr, /[^\u00a0\u202f?!:](?=[;?!»]|:(?!\d))/)).toEqual([]);
    expect(those(fr, /«(?![\u00a0\u202f])/)).toEqual([]);
  });

  it("have typographic apostrophes and quotes in French", () => {
    expect(those(fr, /['"]/)).toEqual([]);
  });

  it("have typographic apostrophes in English", () => {
    expect(those(en, /'/)).toEqual([]);
  });
});
