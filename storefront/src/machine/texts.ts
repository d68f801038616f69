import { texts } from "@/i18n";
import en from "@/machine/en.json";
import fr from "@/machine/fr.json";

/** The words of the sandbox's bar. */
export const useTexts = texts("machine", en, fr);
