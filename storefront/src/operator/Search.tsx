import { Button, Field, Input, makeStyles, Select, tokens } from "@fluentui/react-components";
import { SearchRegular } from "@fluentui/react-icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { all } from "@/api/queries";
import { useFollowing } from "@/form/following";
import { useCommon } from "@/i18n/common";
import { useFormats } from "@/i18n/formats";
import { AppLink } from "@/look/AppLink";
import { Loaded } from "@/look/Loaded";
import { More } from "@/look/More";
import { Nothing } from "@/look/Nothing";
import { Page } from "@/look/Page";
import { Rows } from "@/look/Rows";
import { StatusBadge } from "@/look/StatusBadge";
import { search, type Wanted } from "@/operator/queries";
import { useTexts } from "@/operator/texts";
import { wanted as read, STATUSES } from "@/operator/wanted";

const useStyles = makeStyles({
  form: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "end" },
  field: { flexGrow: 1, minWidth: "200px" },
});

/** Any subscription, by its client, its domain or its status. */
export function Search() {
  const { t } = useTexts();
  const { t: common } = useCommon();
  const format = useFormats();
  const wanted = useSearch({ from: "/operator/operator/subscriptions" });
  const asked = Object.keys(wanted).length > 0;
  const query = useInfiniteQuery({ ...search(wanted), enabled: asked });

  return (
    <Page title={t("tabs.subscriptions")} lead={t("search.lead")}>
      <SearchForm wanted={wanted} />
      {asked ? (
        <Loaded query={query} lines={8}>
          {(pages) =>
            all(pages).length ? (
              <Rows
                caption={t("search.found")}
                columns={[
                  t("search.client"),
                  t("search.plan"),
                  t("search.domain"),
                  t("search.state"),
                  t("search.purchased"),
                ]}
                rows={all(pages).map((each) => ({
                  key: each.id,
                  cells: [
                    <AppLink key="client" to="/subscriptions/$id" params={{ id: each.id }}>
                      {each.client.name} · {each.client.email}
                    </AppLink>,
                    `${each.plan.name}, ${common("say.users", { count: each.seats })}`,
                    each.microsoft_account?.domain,
                    <StatusBadge key="status" status={each.status} />,
                    format.day(each.purchased_at),
                  ],
                }))}
              />
            ) : (
              <Nothing picture={<SearchRegular />} title={t("search.none")} text={t("search.none_text")} />
            )
          }
        </Loaded>
      ) : (
        <Nothing picture={<SearchRegular />} title={t("search.ask")} text={t("search.ask_text")} />
      )}
      <More query={query} />
    </Page>
  );
}

function SearchForm({ wanted }: { wanted: Wanted }) {
  const styles = useStyles();
  const { t } = useTexts();
  const { t: common } = useCommon();
  const navigate = useNavigate();
  const [email, setEmail] = useFollowing(wanted.email ?? "");
  const [domain, setDomain] = useFollowing(wanted.domain ?? "");
  const [status, setStatus] = useFollowing(wanted.status ?? "");

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void navigate({ to: "/operator/subscriptions", search: read({ email, domain, status }) });
  };
  const clear = () => {
    for (const set of [setEmail, setDomain, setStatus]) set("");
    void navigate({ to: "/operator/subscriptions", search: {} });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: <search> is not known to every reader yet
    <form className={styles.form} role="search" onSubmit={submit}>
      <Field label={t("search.email")} className={styles.field}>
        <Input type="email" value={email} onChange={(_, { value }) => setEmail(value)} />
      </Field>
      <Field label={t("search.domain")} className={styles.field}>
        <Input value={domain} onChange={(_, { value }) => setDomain(value)} />
      </Field>
      <Field label={t("search.status")} className={styles.field}>
        <Select value={status} onChange={(_, { value }) => setStatus(value)}>
          <option value="">{t("search.any")}</option>
          {STATUSES.map((each) => (
            <option key={each} value={each}>
              {common(`status.${each}`)}
            </option>
          ))}
        </Select>
      </Field>
      <Button type="submit" appearance="primary" icon={<SearchRegular />}>
        {t("search.search")}
      </Button>
      <Button type="button" onClick={clear}>
        {t("search.clear")}
      </Button>
    </form>
  );
}
