import { makeStyles, tokens } from "@fluentui/react-components";
import type { Plan } from "@/api/queries";
import { useCommon } from "@/i18n/common";
import { AppLink } from "@/look/AppLink";
import { useChoice } from "@/visitor/choice";
import { useTexts } from "@/visitor/texts";

const useStyles = makeStyles({
  line: {
    display: "flex",
    flexWrap: "wrap",
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorBrandBackground2,
    color: tokens.colorNeutralForeground1,
  },
});

/** Leads whoever left back to where they were. */
export function GoOn({ plans, token }: { plans: Plan[]; token: string | null }) {
  const styles = useStyles();
  const { t } = useTexts();
  const { t: common } = useCommon();
  const choice = useChoice();
  const plan = plans.find((each) => each.id === choice?.plan_id);
  // Another freelancer's link begins anew.
  if (!choice || !plan || (token !== null && token !== choice.link_token)) return null;
  return (
    <aside className={styles.line} aria-label={t("plans.go_on_act")}>
      <span>
        {t("plans.go_on", { plan: plan.name, users: common("say.users", { count: choice.seats }) })}
      </span>
      <AppLink to="/set-up">{t("plans.go_on_act")}</AppLink>
    </aside>
  );
}
