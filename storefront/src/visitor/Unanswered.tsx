import {
  Button,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Spinner,
  tokens,
} from "@fluentui/react-components";
import { AppLink } from "@/look/AppLink";
import { useTexts } from "@/visitor/texts";

const useStyles = makeStyles({
  ways: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
});

interface Given {
  working: boolean;
  again: () => void;
  giveUp: () => void;
}

/** A payment went out, and no answer came: the same one is asked for again before anything else is bought. */
export function Unanswered({ working, again, giveUp }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  return (
    <>
      <MessageBar intent="warning" layout="multiline" role="status">
        <MessageBarBody>
          <MessageBarTitle>{t("open.title")}</MessageBarTitle> {t("open.text")}{" "}
          <AppLink to="/subscriptions" inline>
            {t("open.look")}
          </AppLink>
        </MessageBarBody>
      </MessageBar>
      <div className={styles.ways}>
        <Button
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
