import { Button, MessageBar, MessageBarActions, MessageBarBody } from "@fluentui/react-components";
import type { ProblemError } from "@/api/problem";
import { useProblems } from "@/i18n/problems";
import { ProblemNotice } from "@/look/ProblemNotice";
import { dropLink } from "@/visitor/choice";
import { useTexts } from "@/visitor/texts";

interface Given {
  problem: ProblemError;
  retry?: () => void;
  /** The reason for it is gone. */
  settled: () => void;
}

/** Why nothing was bought, and the way on. */
export function Refused({ problem, retry, settled }: Given) {
  const { t } = useTexts();
  const words = useProblems();
  if (problem.code === "price_changed") {
    return (
      <MessageBar intent="warning" layout="multiline" role="alert">
        <MessageBarBody>{t("checkout.new_price")}</MessageBarBody>
      </MessageBar>
    );
  }
  if (problem.code === "link_not_found") {
    return (
      <MessageBar intent="warning" layout="multiline" role="alert">
        <MessageBarBody>{t("checkout.link_gone")}</MessageBarBody>
        <MessageBarActions>
          <Button
            onClick={() => {
              dropLink();
              settled();
            }}
          >
            {t("checkout.without_link")}
          </Button>
        </MessageBarActions>
      </MessageBar>
    );
  }
  // What belongs to a field of the address stands there.
  const stray = Object.entries(problem.fields)
    .filter(([pointer]) => !pointer.startsWith("/address/") || pointer === "/address/country")
    .map(([, detail]) => words.field(detail));
  return <ProblemNotice error={problem} retry={retry} stray={stray} />;
}
