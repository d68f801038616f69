import { Button } from "@fluentui/react-components";
import { CheckmarkCircleRegular } from "@fluentui/react-icons";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Schemas } from "@/api/client";
import { useIntent } from "@/api/intent";
import { all } from "@/api/queries";
import { useFormats } from "@/i18n/formats";
import { AppLink } from "@/look/AppLink";
import { Done } from "@/look/Done";
import { Loaded } from "@/look/Loaded";
import { More } from "@/look/More";
import { Nothing } from "@/look/Nothing";
import { Page } from "@/look/Page";
import { ProblemNotice } from "@/look/ProblemNotice";
import { Rows } from "@/look/Rows";
import { stuck } from "@/operator/queries";
import { useTexts } from "@/operator/texts";

/** What should have followed and could not be done. */
export function Effects() {
  const { t } = useTexts();
  const format = useFormats();
  const query = useInfiniteQuery(stuck());
  const client = useQueryClient();
  const [said, setSaid] = useState("");
  const [error, setError] = useState<unknown>(null);

  const retried = () => {
    setSaid(t("effects.retried"));
    void client.invalidateQueries({ queryKey: stuck().queryKey });
  };
  return (
    <Page title={t("tabs.effects")} lead={t("effects.lead")}>
      <Done text={said} />
      {error !== null && <ProblemNotice error={error} />}
      <Loaded query={query} lines={6}>
        {(pages) =>
          all(pages).length ? (
            <Rows
              caption={t("effects.table")}
              columns={[
                t("effects.kind"),
                t("effects.subject"),
                t("effects.error"),
                t("effects.tries"),
                t("effects.since"),
                t("effects.retry"),
              ]}
              rows={all(pages).map((each) => ({
                key: each.id,
                cells: [
                  t(`kinds.${each.kind}`),
                  <Subject key="subject" id={each.subject} />,
                  each.last_error,
                  t("effects.attempts", { count: each.attempts }),
                  format.instant(each.created_at),
                  <Retry key="retry" effect={each} done={retried} failed={setError} />,
                ],
              }))}
            />
          ) : (
            <Nothing
              picture={<CheckmarkCircleRegular />}
              title={t("effects.none")}
              text={t("effects.none_text")}
            />
          )
        }
      </Loaded>
      <More query={query} />
    </Page>
  );
}

function Subject({ id }: { id: string }) {
  if (!id.startsWith("sub_")) return <>{id}</>;
  return (
    <AppLink to="/subscriptions/$id" params={{ id }}>
      {id}
    </AppLink>
  );
}

interface Given {
  effect: Schemas["Effect"];
  done: () => void;
  failed: (error: unknown) => void;
}

function Retry({ effect, done, failed }: Given) {
  const { t } = useTexts();
  const intent = useIntent();
  const [busy, setBusy] = useState(false);
  const retry = async () => {
    setBusy(true);
    failed(null);
    try {
      await intent((key) =>
        api.POST("/v1/admin/stuck/{effect_id}/retry", {
          params: { path: { effect_id: effect.id }, header: { "Idempotency-Key": key } },
        }),
      );
      done();
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      size="small"
      disabledFocusable={busy}
      aria-label={`${t("effects.retry")}: ${t(`kinds.${effect.kind}`)}, ${effect.subject}`}
      onClick={() => void retry()}
    >
      {t("effects.retry")}
    </Button>
  );
}
