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

/** Whose English details tell programs what to send. */
const FOR_PROGRAMS: readonly string[] = [
  "payment_unavailable",
  "idempotency_in_progress",
  "idempotency_key_reused",
];

/**
 * Problems in the reader's language. The API's own words are English and know more of the case, so English
 * shows them where they are for people; French goes by `code`, which is stable.
 */
export function useProblems(): ProblemWords {
  const { said, language } = useTexts();
  const theirs = ({ code, problem }: ProblemError): typeof problem =>
    language === "en" && !FOR_PROGRAMS.includes(code) ? problem : {};
  return {
    title: (problem) =>
      theirs(problem).title ?? said(`${problem.code}.title`, said("internal_error.title", problem.code)),
    text: (problem) => {
      const declined = problem.problem.decline_code;
      if (problem.code === "payment_declined" && declined) {
        return said(`declined.${declined}`, said("payment_declined.text", problem.message));
      }
      return (
        theirs(problem).detail ?? said(`${problem.code}.text`, said("internal_error.text", problem.message))
      );
    },
    field: (detail) => (language === "en" ? detail : said(`fields.${fieldKey(detail)}`, detail)),
  };
}

/** Dots and colons part keys. */
function fieldKey(detail: string): string {
  return detail.replace(/[.:]/g, "");
}
