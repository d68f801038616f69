import { texts } from "@/i18n";
import en from "@/operator/en.json";
import fr from "@/operator/fr.json";

/** The words of the operator's pages. */
export const useTexts = texts("operator", en, fr);
