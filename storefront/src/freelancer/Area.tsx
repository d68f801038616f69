import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { asProblem } from "@/api/problem";
import { freelancer } from "@/api/queries";
import { Me } from "@/freelancer/me";
import { NotInvited } from "@/freelancer/Standing";
import { useTexts } from "@/freelancer/texts";
import { Loaded } from "@/look/Loaded";
import { Page } from "@/look/Page";

const useStyles = makeStyles({
  area: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXXL },
  tabs: {
    display: "flex",
    gap: tokens.spacingHorizontalXS,
    overflowX: "auto",
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
  ["/freelancer", "overview"],
  ["/freelancer/delegations", "delegations"],
  ["/freelancer/payouts", "payouts"],
] as const;

/** What stands around the freelancer's pages: who they are in the program, and the way between the pages. */
export function Area() {
  const styles = useStyles();
  const { t } = useTexts();
  const query = useQuery(freelancer());
  if (query.data === undefined) {
    const isUnknown = query.error && asProblem(query.error).code === "not_found";
    return (
      <Page title={t("title")}>
        {isUnknown ? (
          <NotInvited />
        ) : (
          <Loaded query={query} lines={8}>
            {() => null}
          </Loaded>
        )}
      </Page>
    );
  }
  return (
    <Me.Provider value={query.data}>
      <div className={styles.area}>
        {query.data.state === "enrolled" && (
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
        )}
        <Outlet />
      </div>
    </Me.Provider>
  );
}
