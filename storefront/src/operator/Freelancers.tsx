import { Button, Field, Input, makeStyles, Select, tokens } from "@fluentui/react-components";
import { PeopleRegular, SearchRegular } from "@fluentui/react-icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { all } from "@/api/queries";
import { useFollowing } from "@/form/following";
import { useFormats } from "@/i18n/formats";
import { AppLink } from "@/look/AppLink";
import { Loaded } from "@/look/Loaded";
import { More } from "@/look/More";
import { Nothing } from "@/look/Nothing";
import { Page } from "@/look/Page";
import { Rows } from "@/look/Rows";
import { freelancers, type Members } from "@/operator/queries";
import { StateBadge } from "@/operator/StateBadge";
import { useTexts } from "@/operator/texts";
import { members, STATES } from "@/operator/wanted";

const useStyles = makeStyles({
  form: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "end" },
  field: { flexGrow: 1, minWidth: "200px" },
});

/** Everybody in the program, by where they stand, or by the address of their invitation. */
export function Freelancers() {
  const { t } = useTexts();
  const { day } = useFormats();
  const wanted = useSearch({ from: "/operator/operator/freelancers" });
  const query = useInfiniteQuery(freelancers(wanted));

  return (
    <Page title={t("tabs.freelancers")} lead={t("freelancers.lead")}>
      <Choice wanted={wanted} />
      <Loaded query={query} lines={6}>
        {(pages) =>
          all(pages).length ? (
            <Rows
              caption={t("freelancers.found")}
              columns={[
                t("freelancers.name"),
                t("applications.email"),
                t("freelancers.state"),
                t("applications.invited"),
                t("freelancers.signed"),
              ]}
              rows={all(pages).map((each) => ({
                key: each.id,
                cells: [
                  <AppLink key="name" to="/operator/freelancers/$id" params={{ id: each.id }}>
                    {each.display_name}
                  </AppLink>,
                  each.email,
                  <StateBadge key="state" state={each.state} />,
                  each.invited_at && day(each.invited_at),
                  each.terms_signed_at && day(each.terms_signed_at),
                ],
              }))}
            />
          ) : (
            <Nothing
              picture={<PeopleRegular />}
              title={t(wanted.email ? "freelancers.nobody" : "freelancers.none")}
              text={t("freelancers.none_text")}
            />
          )
        }
      </Loaded>
      <More query={query} />
    </Page>
  );
}

function Choice({ wanted }: { wanted: Members }) {
  const styles = useStyles();
  const { t } = useTexts();
  const navigate = useNavigate();
  const [email, setEmail] = useFollowing(wanted.email ?? "");

  const go = (search: Members) => void navigate({ to: "/operator/freelancers", search });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go(members({ email, state: wanted.state }));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: <search> is not known to every reader yet
    <form className={styles.form} role="search" onSubmit={submit}>
      <Field label={t("freelancers.state")} className={styles.field}>
        <Select value={wanted.state ?? ""} onChange={(_, { value }) => go(members({ state: value }))}>
          {wanted.email && <option value="">{t("freelancers.any")}</option>}
          {STATES.map((each) => (
            <option key={each} value={each}>
              {t(`freelancers.states.${each}`)}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t("freelancers.email")} className={styles.field}>
        <Input type="email" value={email} onChange={(_, { value }) => setEmail(value)} />
      </Field>
      <Button type="submit" icon={<SearchRegular />}>
        {t("freelancers.find")}
      </Button>
    </form>
  );
}
