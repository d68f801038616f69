import { makeStyles, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { asProblem } from "@/api/problem";
import { freelancer } from "@/api/queries";
import { Me } from "@/freelancer/me";
import { NotInvited } from "@/freelancer/Standing";
import { useTexts } from "@/freelancer/texts";
import { Loaded } from "@/look/Loaded";
import { Page } from "@/look/Page";
import { Tabs } from "@/look/Tabs";

const useStyles = makeStyles({
  area: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXXL },
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
          <Tabs label={t("tabs.label")} tabs={TABS.map(([to, name]) => ({ to, name: t(`tabs.${name}`) }))} />
        )}
        <Outlet />
      </div>
    </Me.Provider>
  );
}
