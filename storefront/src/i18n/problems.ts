import type { ProblemError } from "@/api/problem";
import { texts } from "@/i18n";
import en from "@/i18n/problems/en.json";
import fr from "@/i18n/problems/fr.json";

const useTexts = texts("problems", en, fr);

export interface ProblemWords {
  title: (problem: ProblemError) => string;
  text: (problem: ProblemError) => string;
  /** What is wrong with a field, as the API said it. */
  field: (detail: string) => string;
}

/**
 * Problems in the reader's language. The API's own words are English and know more of the case, so English
 * shows them; French goes by `code`, which is stable.
 */
export function useProblems(): ProblemWords {
  const { said, language } = useTexts();
  return {
    title: (problem) => {
      const ours = language === "en" ? problem.problem.title : undefined;
      return ours ?? said(`${problem.code}.title`, said("internal_error.title", problem.code));
    },
    text: (problem) => {
      const declined = problem.problem.decline_code;
      if (problem.code === "payment_declined" && declined) {
        return said(`declined.${declined}`, said("payment_declined.text", problem.message));
      }
      if (language === "en" && problem.problem.detail) return problem.problem.detail;
      return said(`${problem.code}.text`, said("internal_error.text", problem.message));
    },
    field: (detail) => (language === "en" ? detail : said(`fields.${fieldKey(detail)}`, detail)),
  };
}

/** Dots and colons part keys. */
function fieldKey(detail: string): string {
  return detail.replace(/[.:]/g, "");
}
