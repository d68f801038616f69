import en from "@/billing/en.json";
import fr from "@/billing/fr.json";
import { texts } from "@/i18n";

/** The words of billing and payments. */
export const useTexts = texts("billing", en, fr);
