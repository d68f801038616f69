/** The languages that the storefront speaks. Each area brings its own texts, in both: `texts("client", en, fr)`. */
import i18next, { type TOptions } from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";

export const LANGUAGES = ["en", "fr"] as const;
export type Language = (typeof LANGUAGES)[number];

export const LANGUAGE_NAMES: Record<Language, string> = { en: "English", fr: "Français" };

const CHOSEN = "language";

function known(given: string | null | undefined): Language | null {
  const short = given?.slice(0, 2).toLowerCase();
  return LANGUAGES.find((each) => each === short) ?? null;
}

function first(): Language {
  const wanted = [localStorage.getItem(CHOSEN), ...navigator.languages];
  return wanted.map(known).find((each) => each !== null) ?? "en";
}

void i18next.use(initReactI18next).init({
  lng: first(),
  fallbackLng: "en",
  resources: {},
  interpolation: { escapeValue: false }, // React does
  returnNull: false,
  initAsync: false,
  showSupportNotice: false,
});
document.documentElement.lang = language();

export function language(): Language {
  return known(i18next.language) ?? "en";
}

/** Speaks another language from now on, and at the next visit. */
export function speak(wanted: Language): void {
  localStorage.setItem(CHOSEN, wanted);
  change(wanted);
}

/** Speaks the language of whoever signs in, unless another one was chosen here. */
export function follow(locale: string | null | undefined): void {
  const wanted = known(locale);
  if (wanted && !localStorage.getItem(CHOSEN)) change(wanted);
}

function change(wanted: Language): void {
  void i18next.changeLanguage(wanted);
  document.documentElement.lang = wanted;
}

type Plural<K extends string> = K extends `${infer Base}_${"zero" | "one" | "two" | "few" | "many" | "other"}`
  ? Base
  : K;
type Path<T> = {
  [K in keyof T & string]: T[K] extends string ? Plural<K> : `${K}.${Path<T[K]>}`;
}[keyof T & string];
type SameAs<T> = { [K in keyof T]: T[K] extends string ? string : SameAs<T[K]> };

export interface Words<T> {
  t: (key: Path<T>, values?: TOptions) => string;
  /** A text whose key comes from the API; `otherwise` where we have none. */
  said: (key: string, otherwise: string, values?: TOptions) => string;
  language: Language;
}

/** The texts of an area: a hook whose keys are checked by the compiler, as is that French has every one of them. */
export function texts<T extends object>(area: string, en: T, fr: SameAs<T>): () => Words<T> {
  i18next.addResourceBundle("en", area, en, true, true);
  i18next.addResourceBundle("fr", area, fr, true, true);
  return function useTexts() {
    const translate = useTranslation(area).t as (key: string, values?: object) => string;
    return {
      t: translate,
      said: (key, otherwise, values) => translate(key, { defaultValue: otherwise, ...values }),
      language: language(),
    };
  };
}
