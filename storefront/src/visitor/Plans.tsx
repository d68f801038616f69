import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { asProblem } from "@/api/problem";
import { type BillingPeriod, link, type Plan, plans } from "@/api/queries";
import { Loaded } from "@/look/Loaded";
import { Page } from "@/look/Page";
import { choose, useChoice } from "@/visitor/choice";
import { DeadLink } from "@/visitor/DeadLink";
import { GoOn } from "@/visitor/GoOn";
import { HowItWorks } from "@/visitor/HowItWorks";
import { PeriodSwitch } from "@/visitor/PeriodSwitch";
import { PlanCard } from "@/visitor/PlanCard";
import { useTexts } from "@/visitor/texts";

const useStyles = makeStyles({
  cards: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 240px), 1fr))",
    gap: tokens.spacingHorizontalL,
    margin: 0,
    padding: 0,
    listStyleType: "none",
  },
  // As high as a card with its features: nothing moves when they come.
  waiting: {
    height: "520px",
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
});

/** R3, R5: the plans, by a freelancer's link or without one. */
export function Plans() {
  const { token } = useParams({ strict: false });
  return token ? <ByLink token={token} /> : <WithoutLink />;
}

function ByLink({ token }: { token: string }) {
  const { t, language } = useTexts();
  const query = useQuery(link(token, language));
  if (query.error && asProblem(query.error).code === "link_not_found") return <DeadLink />;
  const seller = query.data?.freelancer.display_name ?? null;
  return (
    <Selection
      title={seller ? t("plans.title_link", { name: seller }) : t("plans.title")}
      lead={seller ? t("plans.lead_link", { name: seller }) : t("plans.lead")}
      query={{ ...query, data: query.data?.plans }}
      token={token}
      seller={seller}
    />
  );
}

function WithoutLink() {
  const { t, language } = useTexts();
  const query = useQuery(plans(language));
  return (
    <Selection
      title={t("plans.title")}
      lead={t("plans.lead")}
      query={{ ...query, data: query.data?.data }}
      token={null}
      seller={null}
    />
  );
}

interface Given {
  title: string;
  lead: string;
  query: Parameters<typeof Loaded<Plan[]>>[0]["query"];
  token: string | null;
  seller: string | null;
}

function Selection({ title, lead, query, token, seller }: Given) {
  const styles = useStyles();
  const navigate = useNavigate();
  const kept = useChoice();
  const [period, setPeriod] = useState<BillingPeriod>(kept?.billing_period ?? "monthly");

  const take = (plan: Plan) => {
    // Without a link of its own, a visit goes on with the one that it began with.
    const from = token
      ? { link_token: token, seller }
      : { link_token: kept?.link_token ?? null, seller: kept?.seller ?? null };
    choose({ plan_id: plan.id, seats: kept?.seats ?? 1, billing_period: period, ...from });
    void navigate({ to: "/set-up" });
  };
  const waiting = (
    <div className={styles.cards}>
      {[1, 2, 3, 4].map((each) => (
        <div key={each} className={styles.waiting} />
      ))}
    </div>
  );
  return (
    <Page title={title} lead={lead}>
      <PeriodSwitch value={period} choose={setPeriod} />
      <Loaded query={query} waiting={waiting}>
        {(found) => (
          <>
            <GoOn plans={found} token={token} />
            <ul className={styles.cards}>
              {found.map((plan) => (
                <li key={plan.id}>
                  <PlanCard plan={plan} period={period} choose={() => take(plan)} />
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
      <HowItWorks />
    </Page>
  );
}
