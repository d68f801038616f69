import { language } from "@/i18n";

/** An instant as the sandbox's clock shows it: UTC, whatever the reader's zone. */
export function when(instant: string | number): string {
  const form = { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" } as const;
  const region = { en: "en-US", fr: "fr-FR" }[language()];
  return `${new Intl.DateTimeFormat(region, form).format(new Date(instant))} UTC`;
}
