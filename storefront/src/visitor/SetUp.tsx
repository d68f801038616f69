import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { Navigate } from "@tanstack/react-router";
import { asProblem } from "@/api/problem";
import { useProblems } from "@/i18n/problems";
import { AppLink, ButtonLink } from "@/look/AppLink";
import { Facts } from "@/look/Facts";
import { Lines, Loaded } from "@/look/Loaded";
import { Page } from "@/look/Page";
import { Panel } from "@/look/Panel";
import { type Choice, choose, useChoice } from "@/visitor/choice";
import { Features } from "@/visitor/Features";
import { Order } from "@/visitor/Order";
import { PeriodSwitch } from "@/visitor/PeriodSwitch";
import { Steps } from "@/visitor/Steps";
import { useTexts } from "@/visitor/texts";
import { Users } from "@/visitor/Users";
import { useOrder } from "@/visitor/useOrder";

const useStyles = makeStyles({
  two: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr) 380px",
    gap: tokens.spacingHorizontalXL,
    alignItems: "start",
    "@media (max-width: 860px)": { gridTemplateColumns: "minmax(0, 1fr)" },
  },
  field: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
  hint: { color: tokens.colorNeutralForeground3 },
  order: { minHeight: "280px" },
});

/** R6–R9: the facts of the plan, the number of users, the payment period, and what it comes to. */
export function SetUp() {
  const choice = useChoice();
  if (!choice) return <Navigate to="/" replace />;
  return <SettingUp choice={choice} />;
}

function SettingUp({ choice }: { choice: Choice }) {
  const styles = useStyles();
  const { t } = useTexts();
  const words = useProblems();
  const { quoted, stale, plan } = useOrder(choice);

  const refused = quoted.error ? asProblem(quoted.error).fields["/seats"] : undefined;
  const back = choice.link_token
    ? { to: "/l/$token" as const, params: { token: choice.link_token } }
    : { to: "/" as const };
  return (
    <Page before={<Steps at="set_up" />} title={t("set_up.title")}>
      <div className={styles.two}>
        <Panel
          title={plan?.name ?? t("set_up.plan")}
          actions={<AppLink {...back}>{t("set_up.change_plan")}</AppLink>}
        >
          <Text>{plan?.description}</Text>
          {plan && <Features of={plan} />}
          <Facts of={[[t("set_up.sold_by"), choice.seller]]} />
          <Users
            value={choice.seats}
            choose={(seats) => choose({ ...choice, seats })}
            error={refused && words.field(refused)}
          />
          <div className={styles.field}>
            <Text aria-hidden="true">{t("set_up.period")}</Text>
            <PeriodSwitch
              value={choice.billing_period}
              choose={(billing_period) => choose({ ...choice, billing_period })}
            />
            <Text size={200} className={styles.hint}>
              {t(`set_up.${choice.billing_period}_text`)}
            </Text>
          </div>
        </Panel>
        <div className={styles.order}>
          <Loaded query={quoted} waiting={<Lines count={7} />}>
            {(quote) => (
              <Order quote={quote} planName={plan?.name ?? quote.plan_id} stale={stale}>
                <ButtonLink to="/checkout" appearance="primary" size="large">
                  {t("total.checkout")}
                </ButtonLink>
              </Order>
            )}
          </Loaded>
        </div>
      </div>
    </Page>
  );
}
