import { Button, Field, Link, makeStyles, Select, Subtitle2, Text, tokens } from "@fluentui/react-components";
import { BuildingBankRegular } from "@fluentui/react-icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useFormats } from "@/i18n/formats";
import { Loaded } from "@/look/Loaded";
import { ProblemNotice } from "@/look/ProblemNotice";
import { Side } from "@/machine/Side";
import { ask, atMicrosoft, atProvider, books } from "@/machine/sandbox";
import { useTexts } from "@/machine/texts";

const OUTCOMES = ["decline", "error", "timeout"] as const;

const useStyles = makeStyles({
  part: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalM,
    marginBottom: tokens.spacingVerticalXXL,
  },
  title: { margin: 0 },
  list: { display: "flex", flexDirection: "column", margin: 0, padding: 0, listStyleType: "none" },
  line: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    justifyContent: "space-between",
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalS} 0`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  form: { display: "flex", gap: tokens.spacingHorizontalM, alignItems: "end", flexWrap: "wrap" },
});

/** What Microsoft and the payment provider have, and what is done there. */
export function Neighbors() {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="small" icon={<BuildingBankRegular />} onClick={() => setOpen(true)}>
        {t("neighbors")}
      </Button>
      <Side open={open} close={() => setOpen(false)} title={t("neighbors_title")}>
        <Microsoft />
        <Payments />
        <TheBooks />
      </Side>
    </>
  );
}

function Microsoft() {
  const styles = useStyles();
  const { t } = useTexts();
  const client = useQueryClient();
  const query = useQuery({ ...atMicrosoft(), staleTime: 0 });
  const [error, setError] = useState<unknown>(null);

  const act = async (path: string) => {
    setError(null);
    try {
      await ask("POST", path);
      await client.invalidateQueries();
    } catch (failed) {
      setError(failed);
    }
  };
  return (
    <section className={styles.part}>
      <Subtitle2 as="h3" className={styles.title}>
        {t("microsoft")}
      </Subtitle2>
      {error !== null && <ProblemNotice error={error} />}
      <Loaded query={query} lines={2}>
        {({ data, grants, page }) => (
          <>
            {data.length === 0 && <Text>{t("microsoft_none")}</Text>}
            <ul className={styles.list}>
              {data.map((each) => (
                <li key={each.subscription_id} className={styles.line}>
                  <span>
                    <Text weight="semibold">{each.account_name}</Text> {each.domain} · {each.status}
                  </span>
                  {each.agreement_accepted_at === null && (
                    <Button
                      size="small"
                      onClick={() => void act(`/sandbox/microsoft/${each.subscription_id}/accept-agreement`)}
                    >
                      {t("accept")}
                    </Button>
                  )}
                </li>
              ))}
              {grants.map((each) => (
                <li key={each.id} className={styles.line}>
                  <span>
                    {each.name} · {each.status}
                  </span>
                  {each.status === "approvalPending" && (
                    <Button
                      size="small"
                      onClick={() => void act(`/sandbox/microsoft/grants/${each.id}/approve`)}
                    >
                      {t("grant")}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
            <Link href={page} target="_blank" rel="noreferrer">
              {t("microsoft_page")}
            </Link>
          </>
        )}
      </Loaded>
    </section>
  );
}

function Payments() {
  const styles = useStyles();
  const { t } = useTexts();
  const format = useFormats();
  const query = useQuery({ ...atProvider(), staleTime: 0 });
  const [outcome, setOutcome] = useState<(typeof OUTCOMES)[number]>("decline");
  const [said, setSaid] = useState("");

  const plan = async () => {
    await ask("POST", "/sandbox/payments/next", { outcome, count: 1 });
    setSaid(t("planned", { what: t(`outcomes.${outcome}`) }));
  };
  return (
    <section className={styles.part}>
      <Subtitle2 as="h3" className={styles.title}>
        {t("payments")}
      </Subtitle2>
      <div className={styles.form}>
        <Field label={t("next_charge")}>
          <Select value={outcome} onChange={(_, { value }) => setOutcome(value as typeof outcome)}>
            {OUTCOMES.map((each) => (
              <option key={each} value={each}>
                {t(`outcomes.${each}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Button onClick={() => void plan()}>{t("plan_it")}</Button>
        <Text role="status">{said}</Text>
      </div>
      <Loaded query={query} lines={3}>
        {({ data }) =>
          data.length === 0 ? (
            <Text>{t("payments_none")}</Text>
          ) : (
            <ul className={styles.list}>
              {data.toReversed().map((each) => (
                <li key={each.id} className={styles.line}>
                  <span>
                    <Text weight="semibold">{t(each.kind)}</Text> · {each.status} ·{" "}
                    {format.instant(each.created_at)}
                  </span>
                  <Text>{format.money(each.amount)}</Text>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  );
}

function TheBooks() {
  const styles = useStyles();
  const { t } = useTexts();
  const query = useQuery({ ...books(), staleTime: 0 });
  return (
    <section className={styles.part}>
      <Subtitle2 as="h3" className={styles.title}>
        {t("books")}
      </Subtitle2>
      <Loaded query={query} lines={1}>
        {({ balanced, differences }) =>
          balanced ? (
            <Text>{t("balanced")}</Text>
          ) : (
            <>
              <Text>{t("unbalanced")}</Text>
              <ul>
                {differences.map((each) => (
                  <li key={each}>{each}</li>
                ))}
              </ul>
            </>
          )
        }
      </Loaded>
    </section>
  );
}
