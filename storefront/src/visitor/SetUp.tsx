import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { type MouseEvent, useRef } from "react";
import { asProblem } from "@/api/problem";
import { Elsewhere } from "@/frame/Elsewhere";
import { useProblems } from "@/i18n/problems";
import { AppLink, ButtonLink } from "@/look/AppLink";
import { Facts } from "@/look/Facts";
import { Lines, Loaded } from "@/look/Loaded";
import { Page } from "@/look/Page";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";
import { type Choice, choose, useChoice } from "@/visitor/choice";
import { Features } from "@/visitor/Features";
import { Order } from "@/visitor/Order";
import { PeriodSwitch } from "@/visitor/PeriodSwitch";
import { Steps } from "@/visitor/Steps";
import { useTexts } from "@/visitor/texts";
import { Users, type UsersHandle } from "@/visitor/Users";
import { useOrder } from "@/visitor/useOrder";

const useStyles = makeStyles({
  two: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr) 380px",
    gap: tokens.spacingHorizontalXL,
    alignItems: "start",
    "@media (max-width: 860px)": { gridTemplateColumns: "minmax(0, 1fr)" },
  },
  column: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXL, minWidth: 0 },
  field: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS },
  hint: { color: tokens.colorNeutralForeground3 },
  facts: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, minHeight: "148px" },
});

/** R6–R9: the facts of the plan, the number of users, the payment period, and what it comes to. */
export function SetUp() {
  const choice = useChoice();
  if (!choice) return <Elsewhere to="/" />;
  return <SettingUp choice={choice} />;
}

export function SettingUp({ choice }: { choice: Choice }) {
  const styles = useStyles();
  const { t } = useTexts();
  const words = useProblems();
  const users = useRef<UsersHandle>(null);
  const { quoted, stale, offered, plan } = useOrder(choice);

  const refused = quoted.error ? asProblem(quoted.error).fields["/seats"] : undefined;
  return (
    <Page before={<Steps at="set_up" />} title={t("set_up.title")}>
      <div className={styles.two}>
        <div className={styles.column}>
          <Panel title={plan?.name ?? t("set_up.plan")} actions={<OtherPlan of={choice} />}>
            <div className={styles.facts}>
              <Loaded query={offered} waiting={<Lines count={4} />}>
                {() =>
                  plan && (
                    <>
                      <Text>{plan.description}</Text>
                      <Features of={plan} />
                    </>
                  )
                }
              </Loaded>
            </div>
            <Facts of={[[t("set_up.sold_by"), choice.seller]]} />
          </Panel>
          <Panel title={t("set_up.yours")}>
            <Users
              ref={users}
              value={choice.seats}
              choose={(seats) => choose({ ...choice, seats })}
              error={refused && words.field(refused)}
            />
            <div className={styles.field}>
              <PeriodSwitch
                label={t("set_up.period")}
                value={choice.billing_period}
                choose={(billing_period) => choose({ ...choice, billing_period })}
              />
              <Text size={200} className={styles.hint}>
                {t(`set_up.${choice.billing_period}_text`)}
              </Text>
            </div>
          </Panel>
        </div>
        {quoted.error && !refused ? (
          <ProblemNotice error={quoted.error} retry={() => void quoted.refetch()} />
        ) : (
          <Order quote={quoted.data} planName={plan?.name} stale={stale}>
            <ButtonLink
              to="/checkout"
              appearance="primary"
              size="large"
              onClick={(event: MouseEvent) => users.current?.check() === false && event.preventDefault()}
            >
              {t("total.checkout")}
            </ButtonLink>
          </Order>
        )}
      </div>
    </Page>
  );
}

function OtherPlan({ of: { link_token } }: { of: Choice }) {
  const { t } = useTexts();
  return link_token ? (
    <AppLink to="/l/$token" params={{ token: link_token }}>
      {t("set_up.change_plan")}
    </AppLink>
  ) : (
    <AppLink to="/">{t("set_up.change_plan")}</AppLink>
  );
}
