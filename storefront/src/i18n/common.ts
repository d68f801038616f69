import { texts } from "@/i18n";
import en from "@/i18n/common/en.json";
import fr from "@/i18n/common/fr.json";

/** Words that every page uses: navigation, buttons, statuses, fields. */
export const useCommon = texts("common", en, fr);
