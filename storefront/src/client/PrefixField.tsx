import { Field, Input, makeStyles, Spinner, Text, tokens } from "@fluentui/react-components";
import { CheckmarkCircleRegular, DismissCircleRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, body } from "@/api/client";
import type { AccountForm } from "@/client/accountForm";
import { useTexts } from "@/client/texts";
import type { Draft } from "@/form/draft";
import { fault, limit } from "@/form/limits";

const QUIET_FOR = 400;
const AT = "/domain_prefix";

const useStyles = makeStyles({
  below: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalXS,
    minHeight: "20px", // its place is kept: nothing jumps when the answer comes
    marginTop: tokens.spacingVerticalXS,
  },
  free: { color: tokens.colorStatusSuccessForeground1 },
  taken: { color: tokens.colorStatusDangerForeground1 },
  quiet: { color: tokens.colorNeutralForeground3 },
});

/** The name of a new account: while it is typed, the API says whether it is still free. */
export function PrefixField({ draft, id }: { draft: Draft<AccountForm>; id: string }) {
  const styles = useStyles();
  const { t } = useTexts();
  const typed = draft.value.domain_prefix.trim();
  const settled = useSettled(typed, QUIET_FOR);
  const rule = limit("MicrosoftAccountRequest", AT);
  const wellFormed = settled !== "" && rule !== undefined && fault(rule, settled) === null;
  const found = useQuery({
    queryKey: ["subscription", id, "domain-availability", settled.toLowerCase()],
    queryFn: ({ signal }) =>
      body(
        api.GET("/v1/subscriptions/{id}/domain-availability", {
          params: { path: { id }, query: { domain_prefix: settled } },
          signal,
        }),
      ),
    enabled: wellFormed,
    staleTime: QUIET_FOR * 50,
    retry: false,
  });
  const current = wellFormed && settled === typed;
  const error = draft.error(AT);

  return (
    <div>
      <Field
        label={t("account.prefix")}
        hint={t("account.prefix_hint")}
        required
        validationState={error ? "error" : "none"}
        validationMessage={error}
      >
        <Input
          name={AT}
          value={draft.value.domain_prefix}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          contentAfter={<Text className={styles.quiet}>.onmicrosoft.com</Text>}
          onChange={(_, { value }) => draft.set(AT, value)}
        />
      </Field>
      <div className={styles.below} aria-live="polite">
        {current && found.isFetching && !found.data && (
          <>
            <Spinner size="extra-tiny" aria-hidden="true" />
            <Text size={200} className={styles.quiet}>
              {t("account.looking")}
            </Text>
          </>
        )}
        {current && !error && found.data && (
          <>
            {found.data.available ? (
              <CheckmarkCircleRegular className={styles.free} aria-hidden="true" />
            ) : (
              <DismissCircleRegular className={styles.taken} aria-hidden="true" />
            )}
            <Text size={200} className={found.data.available ? styles.free : styles.taken}>
              {t(found.data.available ? "account.available" : "account.taken", { domain: found.data.domain })}
            </Text>
          </>
        )}
      </div>
    </div>
  );
}

/** A value, once it has not changed for a while. */
function useSettled(value: string, quietFor: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), quietFor);
    return () => clearTimeout(timer);
  }, [value, quietFor]);
  return settled;
}
