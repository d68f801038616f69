import { texts } from "@/i18n";
import en from "@/visitor/en.json";
import fr from "@/visitor/fr.json";

/** The words on the way to a purchase. */
export const useTexts = texts("visitor", en, fr);
