import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
} from "@fluentui/react-components";
import type { ProblemError } from "@/api/problem";
import { useTexts } from "@/visitor/texts";

type Address = Record<string, string | null>;

/** An address as it stands on an envelope, on one line. */
export function oneLine({ line1, line2, city, state, postal_code }: Address): string {
  return [line1, line2, city, `${state} ${postal_code}`].filter(Boolean).join(", ");
}

interface Given {
  problem: ProblemError | null;
  use: (address: Address) => void;
}

/** An address that the API would have instead, where it has one. */
export function SuggestedAddress({ problem, use }: Given) {
  const { t } = useTexts();
  const address = problem?.problem.suggested_address as Address | undefined;
  if (!address) return null;
  return (
    <MessageBar intent="info" layout="multiline" role="status">
      <MessageBarBody>
        <MessageBarTitle>{t("checkout.suggested_title")}</MessageBarTitle> {oneLine(address)}
      </MessageBarBody>
      <MessageBarActions>
        <Button onClick={() => use(address)}>{t("checkout.suggested_use")}</Button>
      </MessageBarActions>
    </MessageBar>
  );
}
