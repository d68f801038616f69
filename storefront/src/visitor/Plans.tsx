import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { asProblem } from "@/api/problem";
import { type BillingPeriod, link, type Plan, plans } from "@/api/queries";
import { Loaded } from "@/look/Loaded";
import { Page } from "@/look/Page";
import { begin, choose, type Origin, type PlanId, useChoice, useOrigin } from "@/visitor/choice";
import { DeadLink } from "@/visitor/DeadLink";
import { CameBy, GoOn } from "@/visitor/GoOn";
import { GoodToKnow } from "@/visitor/GoodToKnow";
import { HowItWorks } from "@/visitor/HowItWorks";
import { PeriodSwitch } from "@/visitor/PeriodSwitch";
import { PlanCard } from "@/visitor/PlanCard";
import { useTexts } from "@/visitor/texts";

const useStyles = makeStyles({
  // Two lines, and on a phone four: nothing moves when the freelancer's name comes.
  lead: { display: "block", minHeight: "2lh", "@media (max-width: 480px)": { minHeight: "4lh" } },
  cards: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 240px), 1fr))",
    gap: tokens.spacingHorizontalL,
    margin: 0,
    padding: 0,
    listStyleType: "none",
  },
  // As high as a card with its features.
  waiting: {
    height: "506px",
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    "@media (max-width: 560px)": { height: "424px" },
  },
});

/** R3, R5: the plans, by a freelancer's link or without one. */
export function Plans() {
  const { token } = useParams({ strict: false });
  return token ? <ByLink key={token} token={token} /> : <WithoutLink />;
}

function ByLink({ token }: { token: string }) {
  const { t, language } = useTexts();
  const known = useOrigin();
  const query = useQuery(link(token, language));
  const found = query.data?.freelancer.display_name;

  useEffect(() => {
    if (found !== undefined) begin({ link_token: token, seller: found });
  }, [token, found]);

  if (query.error && asProblem(query.error).code === "link_not_found") return <DeadLink />;
  const seller = found ?? (known.link_token === token ? known.seller : null);
  return (
    <Selection
      title={seller ? t("plans.title_link", { name: seller }) : t("plans.title")}
      lead={seller ? t("plans.lead_link", { name: seller }) : t("plans.lead")}
      query={{ ...query, data: query.data?.plans }}
      token={token}
      from={{ link_token: token, seller }}
    />
  );
}

function WithoutLink() {
  const { t, language } = useTexts();
  // A visit that began with a link goes on with it, and says so.
  const from = useOrigin();
  const query = useQuery(plans(language));
  return (
    <Selection
      title={t("plans.title")}
      lead={t("plans.lead")}
      query={{ ...query, data: query.data?.data }}
      token={null}
      from={from}
    />
  );
}

interface Given {
  title: string;
  lead: string;
  query: Parameters<typeof Loaded<Plan[]>>[0]["query"];
  /** Of the link that this page is of. */
  token: string | null;
  /** Whose sale it will be. */
  from: Origin;
}

function Selection({ title, lead, query, token, from }: Given) {
  const styles = useStyles();
  const navigate = useNavigate();
  const kept = useChoice();
  const [period, setPeriod] = useState<BillingPeriod>(kept?.billing_period ?? "monthly");

  const take = ({ id }: Plan) => {
    choose({ plan_id: id as PlanId, seats: kept?.seats ?? 1, billing_period: period, ...from });
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
    <Page title={title} lead={<span className={styles.lead}>{lead}</span>}>
      {token === null && <CameBy from={from} />}
      <GoOn token={token} plans={query.data} />
      <PeriodSwitch value={period} choose={setPeriod} />
      <Loaded query={query} waiting={waiting}>
        {(found) => (
          <ul className={styles.cards}>
            {found.map((plan) => (
              <li key={plan.id}>
                <PlanCard plan={plan} period={period} choose={() => take(plan)} />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <HowItWorks />
      <GoodToKnow />
    </Page>
  );
}
