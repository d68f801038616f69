import {
  Button,
  Link,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  Text,
} from "@fluentui/react-components";
import { asProblem } from "@/api/problem";
import { configuration } from "@/configuration";
import { useCommon } from "@/i18n/common";
import { useProblems } from "@/i18n/problems";

interface Given {
  error: unknown;
  retry?: () => void;
  /** What to show of fields that have no place on the page. */
  stray?: string[];
}

/** What went wrong, in the reader's language, and what can be done about it. */
export function ProblemNotice({ error, retry, stray = [] }: Given) {
  const { t } = useCommon();
  const words = useProblems();
  const problem = asProblem(error);
  const again = retry && (problem.passing || problem.status === 401);
  return (
    <MessageBar
      intent={problem.status >= 500 || problem.status === 0 ? "error" : "warning"}
      layout="multiline"
      role="alert"
    >
      <MessageBarBody>
        <MessageBarTitle>{words.title(problem)}</MessageBarTitle> {words.text(problem)}
        {stray.map((each) => (
          <div key={each}>{each}</div>
        ))}
        {problem.status >= 500 && (
          <div>
            <Link inline href={`mailto:${configuration.brand.support_email}`}>
              {configuration.brand.support_email}
            </Link>{" "}
            {problem.requestId && <Text size={200}>{t("say.request_id", { id: problem.requestId })}</Text>}
          </div>
        )}
      </MessageBarBody>
      {again && (
        <MessageBarActions>
          <Button onClick={retry}>{t("act.try_again")}</Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}
