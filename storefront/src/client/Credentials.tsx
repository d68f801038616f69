import {
  Button,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Spinner,
  tokens,
} from "@fluentui/react-components";
import { CheckmarkRegular, CopyRegular } from "@fluentui/react-icons";
import { useState } from "react";
import { api, body, type Schemas } from "@/api/client";
import { asProblem, type ProblemError } from "@/api/problem";
import type { Subscription } from "@/api/queries";
import { OutsideLink } from "@/client/NextAct";
import { OneSubscription } from "@/client/OneSubscription";
import { Said } from "@/client/Said";
import { useTexts } from "@/client/texts";
import type { Viewer } from "@/client/viewer";
import { ButtonLink } from "@/look/AppLink";
import { Nothing } from "@/look/Nothing";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";

const ADMIN_CENTER = "https://admin.microsoft.com";

const useStyles = makeStyles({
  ways: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM },
  value: { fontFamily: tokens.fontFamilyMonospace },
  row: { display: "grid", gridTemplateColumns: "minmax(0, 1fr) auto", gap: tokens.spacingHorizontalS },
});

/** Where E4 leads: the administrator's password of a new tenant, once (D14). */
export function Credentials() {
  const { t } = useTexts();
  return (
    <OneSubscription title={t("credentials.title")} lead={t("credentials.lead")}>
      {(subscription, viewer) => <Once subscription={subscription} viewer={viewer} />}
    </OneSubscription>
  );
}

function Once({ subscription, viewer }: { subscription: Subscription; viewer: Viewer }) {
  const styles = useStyles();
  const { t } = useTexts();
  // In this component alone: no cache keeps the password, and it goes when the page does.
  const [shown, setShown] = useState<Schemas["Credentials"] | null>(null);
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<ProblemError | null>(null);

  const show = async () => {
    if (working) return;
    setWorking(true);
    setProblem(null);
    try {
      setShown(
        await body(
          api.POST("/v1/subscriptions/{id}/admin-credentials", { params: { path: { id: subscription.id } } }),
        ),
      );
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setWorking(false);
    }
  };
  const back = (
    <ButtonLink to="/subscriptions/$id" params={{ id: subscription.id }}>
      {t("back.return")}
    </ButtonLink>
  );

  if (viewer !== "client") return <Nothing title={t("credentials.client_only")}>{back}</Nothing>;
  if (problem?.code === "credentials_gone" || problem?.code === "credentials_not_ready") {
    const why = problem.code === "credentials_gone" ? "gone" : "not_ready";
    return (
      <>
        <Said intent="info" title={t(`credentials.${why}_title`)}>
          {t(`credentials.${why}_text`)}
        </Said>
        <div>{back}</div>
      </>
    );
  }
  if (shown)
    return (
      <>
        <Said intent="warning" title={t("credentials.once_title")}>
          {t("credentials.warning")}
        </Said>
        <Panel>
          <Kept
            label={t("credentials.user_name")}
            copy={t("credentials.copy_user_name")}
            value={shown.user_name}
          />
          <Kept
            label={t("credentials.password")}
            copy={t("credentials.copy_password")}
            value={shown.password}
          />
          <div className={styles.ways}>
            <OutsideLink href={ADMIN_CENTER} label={t("credentials.admin_center")} appearance="primary" />
            {back}
          </div>
        </Panel>
      </>
    );
  return (
    <>
      {problem && <ProblemNotice error={problem} retry={() => void show()} />}
      <Panel>
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{t("credentials.once_title")}</MessageBarTitle> {t("credentials.once_text")}
          </MessageBarBody>
        </MessageBar>
        <div className={styles.ways}>
          <Button
            appearance="primary"
            disabledFocusable={working}
            icon={working ? <Spinner size="tiny" /> : undefined}
            onClick={() => void show()}
          >
            {working ? t("credentials.showing") : t("credentials.show")}
          </Button>
          {back}
        </div>
      </Panel>
    </>
  );
}

/** A value to be read and copied. */
function Kept({ label, copy, value }: { label: string; copy: string; value: string }) {
  const styles = useStyles();
  const { t } = useTexts();
  const [copied, setCopied] = useState(false);
  return (
    <Field
      label={label}
      validationState={copied ? "success" : "none"}
      validationMessage={copied ? t("credentials.copied") : undefined}
    >
      {(field) => (
        <div className={styles.row}>
          <Input
            {...field}
            readOnly
            value={value}
            autoComplete="off"
            input={{ className: styles.value, spellCheck: false }}
            onFocus={(event) => event.currentTarget.select()}
          />
          <Button
            icon={copied ? <CheckmarkRegular /> : <CopyRegular />}
            aria-label={copy}
            onClick={() => void navigator.clipboard.writeText(value).then(() => setCopied(true))}
          />
        </div>
      )}
    </Field>
  );
}
