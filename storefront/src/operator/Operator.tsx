import { makeStyles, tokens } from "@fluentui/react-components";
import { Outlet } from "@tanstack/react-router";
import { Tabs } from "@/look/Tabs";
import { useTexts } from "@/operator/texts";

const useStyles = makeStyles({
  area: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXXL },
});

const TABS = [
  ["/operator", "reviews"],
  ["/operator/applications", "applications"],
  ["/operator/freelancers", "freelancers"],
  ["/operator/subscriptions", "subscriptions"],
  ["/operator/effects", "effects"],
  ["/operator/prices", "prices"],
  ["/operator/sweeps", "sweeps"],
  ["/operator/troubles", "troubles"],
] as const;

/** What stands around the operator's pages: the way between them. */
export function Operator() {
  const styles = useStyles();
  const { t } = useTexts();
  return (
    <div className={styles.area}>
      <Tabs label={t("tabs.label")} tabs={TABS.map(([to, name]) => ({ to, name: t(`tabs.${name}`) }))} />
      <Outlet />
    </div>
  );
}
