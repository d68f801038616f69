import {
  Button,
  Checkbox,
  Field,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Text,
  tokens,
} from "@fluentui/react-components";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, body, type Schemas } from "@/api/client";
import { useIntent } from "@/api/intent";
import { asProblem } from "@/api/problem";
import { freelancer, programTerms } from "@/api/queries";
import { useMe } from "@/freelancer/me";
import { Standing } from "@/freelancer/Standing";
import { useTexts } from "@/freelancer/texts";
import { ButtonLink } from "@/look/AppLink";
import { Done } from "@/look/Done";
import { Loaded } from "@/look/Loaded";
import { Page } from "@/look/Page";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";

const useStyles = makeStyles({
  text: {
    maxWidth: "68ch",
    lineHeight: tokens.lineHeightBase400,
    "& p": { marginTop: 0, marginBottom: tokens.spacingVerticalM },
  },
  quiet: { color: tokens.colorNeutralForeground3 },
  form: { display: "flex", flexDirection: "column", alignItems: "start", gap: tokens.spacingVerticalM },
});

/** The terms of the program: to be signed once, and to be read again at any time. */
export function Terms() {
  const styles = useStyles();
  const { t, language } = useTexts();
  const { state, terms_version: version } = useMe();
  const [justSigned, setJustSigned] = useState(false);
  const query = useQuery(programTerms(language));
  if (state !== "approved" && state !== "enrolled") {
    return (
      <Page title={t("terms.title")} narrow>
        <Standing />
      </Page>
    );
  }
  const isSigned = state === "enrolled";
  return (
    <Page title={t("terms.title")} lead={isSigned ? undefined : t("terms.lead")} narrow>
      <Done text={justSigned ? t("terms.signed") : ""} />
      {isSigned && (
        <div className={styles.form}>
          {version && !justSigned && <Text>{t("terms.signed_version", { version })}</Text>}
          <ButtonLink to="/freelancer" appearance="primary">
            {t("terms.to_link")}
          </ButtonLink>
        </div>
      )}
      <Panel>
        <Loaded query={query} lines={10}>
          {(terms) => (
            <>
              <div className={styles.text}>
                {terms.text.split("\n\n").map((paragraph) => (
                  <p key={paragraph}>{paragraph}</p>
                ))}
                <Text className={styles.quiet}>{t("terms.version", { version: terms.version })}</Text>
              </div>
              {!isSigned && <Sign terms={terms} signed={() => setJustSigned(true)} />}
            </>
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}

function Sign({ terms, signed }: { terms: Schemas["Terms"]; signed: () => void }) {
  const styles = useStyles();
  const { t } = useTexts();
  const client = useQueryClient();
  const intent = useIntent();
  const [agreed, setAgreed] = useState(false);
  const [missing, setMissing] = useState(false);
  const [outdated, setOutdated] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const sign = async (event?: FormEvent) => {
    event?.preventDefault();
    if (busy) return;
    if (!agreed) return setMissing(true);
    setBusy(true);
    setError(null);
    setOutdated(false);
    try {
      const enrolled = await intent((key) =>
        body(
          api.POST("/v1/freelancer/terms", {
            params: { header: { "Idempotency-Key": key } },
            body: { version: terms.version },
          }),
        ),
      );
      signed();
      client.setQueryData(freelancer().queryKey, enrolled);
    } catch (failed) {
      setBusy(false);
      if (asProblem(failed).code !== "terms_outdated") return setError(failed);
      setAgreed(false); // to another text
      setOutdated(true);
      await client.invalidateQueries({ queryKey: ["freelancer", "terms"] });
    }
  };
  return (
    <form className={styles.form} noValidate onSubmit={(event) => void sign(event)}>
      {outdated && (
        <MessageBar intent="warning" layout="multiline" role="alert">
          <MessageBarBody>{t("terms.outdated")}</MessageBarBody>
        </MessageBar>
      )}
      <Field
        validationState={missing ? "error" : "none"}
        validationMessage={missing ? t("terms.agree_missing") : undefined}
      >
        <Checkbox
          required
          checked={agreed}
          label={t("terms.agree")}
          onChange={(_, { checked }) => {
            setAgreed(checked === true);
            setMissing(false);
          }}
        />
      </Field>
      {error !== null && <ProblemNotice error={error} retry={() => void sign()} />}
      <Button type="submit" appearance="primary" disabledFocusable={busy}>
        {t(busy ? "terms.signing" : "terms.sign")}
      </Button>
    </form>
  );
}
