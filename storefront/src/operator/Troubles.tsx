import { Button } from "@fluentui/react-components";
import { type UseInfiniteQueryResult, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { api, type Schemas } from "@/api/client";
import { all } from "@/api/queries";
import { useFormats } from "@/i18n/formats";
import { AppLink } from "@/look/AppLink";
import { Done } from "@/look/Done";
import { Loaded } from "@/look/Loaded";
import { More } from "@/look/More";
import { Nothing } from "@/look/Nothing";
import { Page } from "@/look/Page";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";
import { Rows } from "@/look/Rows";
import { disputes, drift, suppressions } from "@/operator/queries";
import { useTexts } from "@/operator/texts";

/** Addresses that get no mails, disputes, and what Microsoft has otherwise. */
export function Troubles() {
  const { t } = useTexts();
  const [said, setSaid] = useState("");
  return (
    <Page title={t("tabs.troubles")} lead={t("troubles.lead")}>
      <Done text={said} />
      <Suppressions said={setSaid} />
      <Disputes />
      <Drifts />
    </Page>
  );
}

interface Given<T> {
  title: string;
  none: string;
  query: UseInfiniteQueryResult<{ pages: { data: T[] }[] }>;
  columns: string[];
  row: (each: T) => { key: string; cells: ReactNode[] };
}

function Worklist<T>({ title, none, query, columns, row }: Given<T>) {
  return (
    <Panel title={title}>
      <Loaded query={query} lines={2}>
        {(pages) =>
          all<T>(pages).length ? (
            <Rows caption={title} columns={columns} rows={all<T>(pages).map(row)} />
          ) : (
            <Nothing title={none} />
          )
        }
      </Loaded>
      <More query={query} />
    </Panel>
  );
}

function Suppressions({ said }: { said: (text: string) => void }) {
  const { t } = useTexts();
  const format = useFormats();
  const client = useQueryClient();
  const query = useInfiniteQuery(suppressions());
  const [error, setError] = useState<unknown>(null);

  const lift = async ({ id, email }: Schemas["Suppression"]) => {
    setError(null);
    try {
      await api.DELETE("/v1/admin/suppressions/{id}", { params: { path: { id } } });
      said(t("troubles.lifted", { email }));
      void client.invalidateQueries({ queryKey: suppressions().queryKey });
    } catch (failed) {
      setError(failed);
    }
  };
  return (
    <>
      {error !== null && <ProblemNotice error={error} />}
      <Worklist
        title={t("troubles.suppressions")}
        none={t("troubles.no_suppressions")}
        query={query}
        columns={[t("search.email"), t("decide.reason"), t("troubles.since"), t("troubles.lift")]}
        row={(each) => ({
          key: each.id,
          cells: [
            each.email,
            `${t(`troubles.${each.reason}`)} (${each.template})`,
            format.instant(each.at),
            <Button
              key="lift"
              size="small"
              aria-label={`${t("troubles.lift")}: ${each.email}`}
              onClick={() => void lift(each)}
            >
              {t("troubles.lift")}
            </Button>,
          ],
        })}
      />
    </>
  );
}

function Disputes() {
  const { t, said } = useTexts();
  const format = useFormats();
  const query = useInfiniteQuery(disputes());
  return (
    <Worklist
      title={t("troubles.disputes")}
      none={t("troubles.no_disputes")}
      query={query}
      columns={[t("troubles.subscription"), t("troubles.amount"), t("decide.reason"), t("troubles.opened")]}
      row={(each) => ({
        key: each.id,
        cells: [
          <Whose key="whose" id={each.subscription_id} />,
          format.money(each.amount),
          `${said(`troubles.why.${each.reason}`, each.reason)} · ${said(`troubles.stage.${each.status}`, each.status)}`,
          each.closed_at
            ? `${format.day(each.opened_at)}, ${t("troubles.closed", { when: format.day(each.closed_at) })}`
            : format.day(each.opened_at),
        ],
      })}
    />
  );
}

function Drifts() {
  const { t } = useTexts();
  const format = useFormats();
  const query = useInfiniteQuery(drift());
  return (
    <Worklist
      title={t("troubles.drift")}
      none={t("troubles.no_drift")}
      query={query}
      columns={[
        t("troubles.subscription"),
        t("effects.kind"),
        t("troubles.ours"),
        t("troubles.theirs"),
        t("troubles.since"),
      ]}
      row={(each) => ({
        key: each.id,
        cells: [
          each.subscription_id ? <Whose key="whose" id={each.subscription_id} /> : each.plan_id,
          t(`drifts.${each.kind}`),
          each.ours,
          each.theirs,
          format.instant(each.since),
        ],
      })}
    />
  );
}

function Whose({ id }: { id: string | null }) {
  if (!id) return null;
  return (
    <AppLink to="/subscriptions/$id" params={{ id }}>
      {id}
    </AppLink>
  );
}
