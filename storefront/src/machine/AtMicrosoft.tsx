import { Button, Link, Text } from "@fluentui/react-components";
import { OpenRegular } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { Loaded } from "@/look/Loaded";
import { ProblemNotice } from "@/look/ProblemNotice";
import { Lines } from "@/machine/Lines";
import { atMicrosoft } from "@/machine/sandbox";
import { useTexts } from "@/machine/texts";
import { useAct } from "@/machine/useAct";

/** What Microsoft knows of each subscription, and what its client does there. */
export function AtMicrosoft() {
  const { t, said } = useTexts();
  const query = useQuery({ ...atMicrosoft(), staleTime: 0 });
  const { act, busy, error, done } = useAct();

  const button = (path: string, label: string, success: string) => (
    <Button size="small" disabledFocusable={busy !== null} onClick={() => void act(path, success)}>
      {busy === path ? t("working") : label}
    </Button>
  );
  return (
    <>
      {error !== null && <ProblemNotice error={error} />}
      <Loaded query={query} lines={2}>
        {({ data, grants, page }) => (
          <>
            {data.length === 0 && <Text>{t("microsoft_none")}</Text>}
            {data.length > 0 && (
              <Lines
                label={t("microsoft")}
                lines={data.map((each) => ({
                  key: each.subscription_id,
                  what: each.account_name,
                  more: [
                    each.domain,
                    said(`at_microsoft.${each.status}`, each.status),
                    ...(each.seats === null ? [] : [t("seats", { count: each.seats })]),
                  ],
                  end:
                    each.agreement_accepted_at === null &&
                    button(
                      `/sandbox/microsoft/${each.subscription_id}/accept-agreement`,
                      t("accept"),
                      t("accepted"),
                    ),
                }))}
              />
            )}
            {grants.length > 0 && (
              <Lines
                label={t("grants")}
                lines={grants.map((each) => ({
                  key: each.id,
                  what: each.name,
                  more: [t("access"), said(`grant_status.${each.status}`, each.status)],
                  end:
                    each.status === "approvalPending" &&
                    button(`/sandbox/microsoft/grants/${each.id}/approve`, t("grant"), t("granted")),
                }))}
              />
            )}
            <div>
              <Link href={page} target="_blank" rel="noreferrer">
                {t("microsoft_page")} <OpenRegular aria-hidden="true" />
              </Link>
            </div>
          </>
        )}
      </Loaded>
      <Text role="status">{done}</Text>
    </>
  );
}
