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

/** An address that the API would have instead, where it has one. */
export function SuggestedAddress({
  problem,
  use,
}: {
  problem: ProblemError | null;
  use: (address: Address) => void;
}) {
  const { t } = useTexts();
  const address = problem?.problem.suggested_address as Address | undefined;
  if (!address) return null;
  const { line1, line2, city, state, postal_code } = address;
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{t("checkout.suggested_title")}</MessageBarTitle>{" "}
        {[line1, line2, city, `${state} ${postal_code}`].filter(Boolean).join(", ")}
      </MessageBarBody>
      <MessageBarActions>
        <Button onClick={() => use(address)}>{t("checkout.suggested_use")}</Button>
      </MessageBarActions>
    </MessageBar>
  );
}
