import en from "@/client/en.json";
import fr from "@/client/fr.json";
import { texts } from "@/i18n";

/** The words of the pages about a subscription. */
export const useTexts = texts("client", en, fr);
