import { Button, makeStyles, Spinner, Text, tokens } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { api, body, type Schemas } from "@/api/client";
import { asProblem, type ProblemError } from "@/api/problem";
import type { Subscription } from "@/api/queries";
import { AccountFacts } from "@/client/AccountFacts";
import { AccountFields } from "@/client/AccountFields";
import { type AccountForm, begun, forget, keep, kept, request, suggested } from "@/client/accountForm";
import { useChanged } from "@/client/changed";
import { SuggestedAddress } from "@/client/SuggestedAddress";
import { useTexts } from "@/client/texts";
import { useDraft } from "@/form/draft";
import { useCommon } from "@/i18n/common";
import { ButtonLink } from "@/look/AppLink";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
  ways: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM },
  review: { outlineStyle: "none" },
  notice: { outlineStyle: "none" },
  none: { display: "none" },
});

/** The form, then a look at all of it, then the submission. */
export function AccountSetUp({ subscription, onDone }: { subscription: Subscription; onDone: () => void }) {
  const styles = useStyles();
  const { t } = useTexts();
  const common = useCommon();
  const changed = useChanged();
  const { id } = subscription;
  const draft = useDraft<AccountForm>("MicrosoftAccountRequest", () => kept(id, begun(subscription)));
  const [looking, setLooking] = useState(false);
  const [doubt, setDoubt] = useState<Schemas["Address"] | null>(null);
  const [problem, setProblem] = useState<ProblemError | null>(null);
  const notice = useRef<HTMLDivElement>(null);
  const review = useRef<HTMLDivElement>(null);

  useEffect(() => keep(id, draft.value), [id, draft.value]);
  useEffect(() => {
    if (looking) review.current?.focus();
  }, [looking]);

  // No field is the whole address: what is wrong with it is said above all of them.
  const ofAddress = draft.errors["/address"];
  useEffect(() => {
    if (problem) notice.current?.focus();
  }, [problem]);

  const missing = (): Record<string, string> => {
    const at = draft.value.existing_customer ? "/domain" : "/domain_prefix";
    return String(draft.get(at)).trim() ? {} : { [at]: common.t("field.required") };
  };
  const submit = useMutation({
    mutationFn: ({ form, confirmed }: { form: AccountForm; confirmed: boolean }) =>
      body(
        api.PUT("/v1/subscriptions/{id}/microsoft-account", {
          params: { path: { id } },
          body: request(form, confirmed),
        }),
      ),
    onMutate: () => {
      setDoubt(null);
      setProblem(null);
    },
    onSuccess: (answered) => {
      onDone();
      changed(answered);
      forget(id);
    },
    onError: (error, { form }) => {
      const found = asProblem(error);
      const theirs = suggested(found.problem);
      if (theirs) return setDoubt(theirs);
      const ofFields = found.code === "domain_taken" || Object.keys(found.fields).length > 0;
      if (ofFields) setLooking(false);
      if (found.code === "domain_taken") {
        draft.check({
          "/domain_prefix": t("account.taken", { domain: `${form.domain_prefix}.onmicrosoft.com` }),
        });
        return;
      }
      if (ofFields) draft.refuse(error);
      // What belongs to a field that is on the page is said there.
      if (!ofFields || "/address" in found.fields) setProblem(found);
    },
  });
  const send = (form: AccountForm, confirmed: boolean) => submit.mutate({ form, confirmed });

  return (
    <>
      <div ref={notice} tabIndex={-1} className={problem ? styles.notice : styles.none}>
        {problem && (
          <ProblemNotice
            error={problem}
            retry={() => send(draft.value, false)}
            stray={ofAddress && ofAddress !== problem.problem.detail ? [ofAddress] : []}
          />
        )}
      </div>
      {doubt && (
        <SuggestedAddress
          yours={draft.value.address}
          theirs={doubt}
          onUse={() => {
            const form = {
              ...draft.value,
              address: { ...draft.value.address, ...doubt, line2: doubt.line2 ?? "" },
            };
            draft.replace(form);
            send(form, false);
          }}
          onKeep={() => send(draft.value, true)}
          onBack={() => {
            setDoubt(null);
            setLooking(false);
          }}
        />
      )}
      {looking ? (
        <div ref={review} tabIndex={-1} className={styles.review}>
          <Panel title={t("account.review_title")}>
            <Text>{t("account.review_text")}</Text>
            <AccountFacts
              account={draft.value}
              domain={
                draft.value.existing_customer
                  ? draft.value.domain
                  : `${draft.value.domain_prefix.trim().toLowerCase()}.onmicrosoft.com`
              }
            />
            <div className={styles.ways}>
              <Button
                appearance="primary"
                disabledFocusable={submit.isPending}
                icon={submit.isPending ? <Spinner size="tiny" /> : undefined}
                onClick={() => send(draft.value, false)}
              >
                {submit.isPending ? t("account.sending") : t("account.send")}
              </Button>
              <Button disabledFocusable={submit.isPending} onClick={() => setLooking(false)}>
                {t("account.change")}
              </Button>
            </div>
          </Panel>
        </div>
      ) : (
        <form
          ref={draft.form}
          className={styles.form}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (!draft.check(missing())) return;
            setProblem(null);
            setLooking(true);
          }}
        >
          <AccountFields draft={draft} id={id} />
          <div className={styles.ways}>
            <Button type="submit" appearance="primary">
              {t("account.review")}
            </Button>
            <ButtonLink to="/subscriptions/$id" params={{ id }}>
              {t("back.return")}
            </ButtonLink>
          </div>
        </form>
      )}
    </>
  );
}
