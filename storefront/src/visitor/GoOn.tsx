import { makeStyles, tokens } from "@fluentui/react-components";
import type { Plan } from "@/api/queries";
import { useCommon } from "@/i18n/common";
import { AppLink } from "@/look/AppLink";
import { type Origin, useChoice } from "@/visitor/choice";
import { useTexts } from "@/visitor/texts";

const useStyles = makeStyles({
  line: {
    display: "flex",
    flexWrap: "wrap",
    columnGap: tokens.spacingHorizontalM,
    rowGap: tokens.spacingVerticalXXS,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorBrandBackground2,
    color: tokens.colorNeutralForeground1,
    // There before the plans are known by name.
    minHeight: "20px",
  },
});

/** Leads whoever left back to where they were. */
export function GoOn({ plans, token }: { plans: Plan[] | undefined; token: string | null }) {
  const styles = useStyles();
  const { t } = useTexts();
  const { t: common } = useCommon();
  const choice = useChoice();
  // Another freelancer's link begins anew.
  if (!choice || (token !== null && token !== choice.link_token)) return null;
  const plan = plans?.find((each) => each.id === choice.plan_id);
  if (plans && !plan) return null;
  const values = {
    plan: plan?.name ?? "",
    users: common("say.users", { count: choice.seats }),
    seller: choice.seller,
  };
  return (
    <aside className={styles.line} aria-label={t("plans.go_on_act")}>
      {plan && (
        <>
          <span>{choice.seller ? t("plans.go_on_seller", values) : t("plans.go_on", values)}</span>
          <AppLink to="/set-up">{t("plans.go_on_act")}</AppLink>
        </>
      )}
    </aside>
  );
}

/** Says whose sale it will be, where the page itself does not. */
export function CameBy({ from: { link_token, seller } }: { from: Origin }) {
  const styles = useStyles();
  const { t } = useTexts();
  const choice = useChoice();
  if (!link_token || !seller || choice) return null;
  return (
    <aside className={styles.line} aria-label={t("plans.from_act", { name: seller })}>
      <span>{t("plans.from", { name: seller })}</span>
      <AppLink to="/l/$token" params={{ token: link_token }}>
        {t("plans.from_act", { name: seller })}
      </AppLink>
    </aside>
  );
}
