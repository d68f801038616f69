import { makeStyles, tokens } from "@fluentui/react-components";
import { Link, Outlet } from "@tanstack/react-router";
import { useTexts } from "@/operator/texts";

const useStyles = makeStyles({
  area: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXXL },
  tabs: {
    display: "flex",
    overflowX: "auto",
    gap: tokens.spacingHorizontalXS,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  tab: {
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    color: tokens.colorNeutralForeground2,
    textDecorationLine: "none",
    whiteSpace: "nowrap",
    borderBottom: "2px solid transparent",
    borderRadius: `${tokens.borderRadiusMedium} ${tokens.borderRadiusMedium} 0 0`,
    ":hover": { color: tokens.colorNeutralForeground1, backgroundColor: tokens.colorSubtleBackgroundHover },
    "&[aria-current=page]": {
      color: tokens.colorNeutralForeground1,
      fontWeight: tokens.fontWeightSemibold,
      borderBottomColor: tokens.colorCompoundBrandStroke,
    },
  },
});

const TABS = [
  ["/operator", "reviews"],
  ["/operator/applications", "applications"],
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
      <nav aria-label={t("tabs.label")} className={styles.tabs}>
        {TABS.map(([to, name]) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: true }}
            activeProps={{ "aria-current": "page" }}
            className={styles.tab}
          >
            {t(`tabs.${name}`)}
          </Link>
        ))}
      </nav>
      <Outlet />
    </div>
  );
}
