import en from "@/freelancer/en.json";
import fr from "@/freelancer/fr.json";
import { texts } from "@/i18n";

/** The words of the freelancer's area. */
export const useTexts = texts("freelancer", en, fr);
