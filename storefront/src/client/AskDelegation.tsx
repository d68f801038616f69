import { Button, Checkbox, Field, makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, body } from "@/api/client";
import { asProblem } from "@/api/problem";
import { delegationTerms, type Subscription } from "@/api/queries";
import { Said } from "@/client/Said";
import { TermsText } from "@/client/TermsText";
import { useTexts } from "@/client/texts";
import { ButtonLink } from "@/look/AppLink";
import { Loaded } from "@/look/Loaded";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";

const useStyles = makeStyles({
  ways: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM },
  read: { alignItems: "flex-start", marginInlineStart: "-8px" },
});

/** The description first, then the confirmation, then the request (R40). */
export function AskDelegation({
  subscription,
  name,
  onAsked,
}: {
  subscription: Subscription;
  name: string;
  onAsked: (answered: Subscription) => void;
}) {
  const styles = useStyles();
  const { t, language } = useTexts();
  const client = useQueryClient();
  const terms = useQuery(delegationTerms(language));
  const [read, setRead] = useState(false);
  const [missing, setMissing] = useState(false);
  const ask = useMutation({
    mutationFn: (terms_version: string) =>
      body(
        api.PUT("/v1/subscriptions/{id}/delegation", {
          params: { path: { id: subscription.id } },
          body: { terms_version },
        }),
      ),
    onSuccess: onAsked,
  });
  const outdated = ask.isError && asProblem(ask.error).code === "terms_outdated";
  useEffect(() => {
    if (!outdated) return;
    // Whoever agreed, agreed to another text.
    setRead(false);
    void client.invalidateQueries({ queryKey: ["delegation-terms"] });
  }, [outdated, client]);

  return (
    <>
      {outdated && <Said intent="warning" title={t("permissions.outdated")} />}
      {ask.isError && !outdated && <ProblemNotice error={ask.error} />}
      <Panel title={t("permissions.what")}>
        <Loaded query={terms} lines={8}>
          {({ version, text }) => (
            <>
              <TermsText text={text} />
              <Field
                validationState={missing ? "error" : "none"}
                validationMessage={missing ? t("permissions.read_first") : undefined}
              >
                <Checkbox
                  className={styles.read}
                  checked={read}
                  onChange={(_, { checked }) => {
                    setRead(checked === true);
                    setMissing(false);
                  }}
                  label={t("permissions.read", { name })}
                />
              </Field>
              <div className={styles.ways}>
                <Button
                  appearance="primary"
                  disabledFocusable={ask.isPending}
                  icon={ask.isPending ? <Spinner size="tiny" /> : undefined}
                  onClick={() => (read ? ask.mutate(version) : setMissing(true))}
                >
                  {ask.isPending ? t("permissions.asking") : t("permissions.confirm", { name })}
                </Button>
                <ButtonLink to="/subscriptions/$id" params={{ id: subscription.id }}>
                  {t("back.return")}
                </ButtonLink>
              </div>
            </>
          )}
        </Loaded>
      </Panel>
    </>
  );
}
