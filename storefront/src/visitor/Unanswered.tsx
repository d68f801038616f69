import {
  Button,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Spinner,
  Text,
  tokens,
} from "@fluentui/react-components";
import type { Ref } from "react";
import type { ProblemError } from "@/api/problem";
import { useCommon } from "@/i18n/common";
import { useProblems } from "@/i18n/problems";
import { AppLink } from "@/look/AppLink";
import { useTexts } from "@/visitor/texts";

const useStyles = makeStyles({
  ways: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
});

interface Given {
  /** Why there is no answer, if that was just heard. */
  problem: ProblemError | null;
  working: boolean;
  again: () => void;
  giveUp: () => void;
  /** Of what to do first. */
  ref?: Ref<HTMLButtonElement>;
}

/** A payment went out, and no answer came: the same one is asked for again before anything else is bought. */
export function Unanswered({ problem, working, again, giveUp, ref }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const { t: common } = useCommon();
  const words = useProblems();
  return (
    <>
      <MessageBar intent="warning" layout="multiline" role="alert">
        <MessageBarBody>
          <MessageBarTitle>{t("open.title")}</MessageBarTitle> {t("open.text")}{" "}
          <AppLink to="/subscriptions" inline>
            {t("open.look")}
          </AppLink>
          {problem && (
            <Text size={200} block>
              {words.title(problem)}.{" "}
              {problem.requestId && common("say.request_id", { id: problem.requestId })}
            </Text>
          )}
        </MessageBarBody>
      </MessageBar>
      <div className={styles.ways}>
        <Button
          ref={ref}
          appearance="primary"
          size="large"
          disabledFocusable={working}
          icon={working ? <Spinner size="tiny" /> : undefined}
          onClick={again}
        >
          {working ? t("checkout.paying") : t("open.again")}
        </Button>
        <Button appearance="subtle" size="large" disabledFocusable={working} onClick={giveUp}>
          {t("open.give_up")}
        </Button>
      </div>
    </>
  );
}
