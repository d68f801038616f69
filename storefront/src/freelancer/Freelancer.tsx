import { makeStyles, tokens } from "@fluentui/react-components";
import { useInfiniteQuery } from "@tanstack/react-query";
import { all, earnings } from "@/api/queries";
import { Commission } from "@/freelancer/Commission";
import { Leave } from "@/freelancer/Leave";
import { Ledger } from "@/freelancer/Ledger";
import { LinkPanel } from "@/freelancer/LinkPanel";
import { useMe } from "@/freelancer/me";
import { Sales } from "@/freelancer/Sales";
import { Standing } from "@/freelancer/Standing";
import { Teaser } from "@/freelancer/Teaser";
import { useTexts } from "@/freelancer/texts";
import { ButtonLink } from "@/look/AppLink";
import { Page } from "@/look/Page";

const useStyles = makeStyles({
  top: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 2fr) minmax(0, 1fr)",
    gap: tokens.spacingHorizontalL,
    "@media (max-width: 860px)": { gridTemplateColumns: "minmax(0, 1fr)" },
  },
});

/** Where a freelancer stands; once enrolled: the link, the sales and the earnings. */
export function Freelancer() {
  const styles = useStyles();
  const { t } = useTexts();
  const me = useMe();
  if (me.state === "enrolled") {
    return (
      <Page key="enrolled" title={t("title")} lead={t("lead")}>
        <div className={styles.top}>
          {me.link && <LinkPanel url={me.link.url} />}
          <Teaser />
        </div>
        <Commission />
        <Sales />
        <Ledger />
        <Leave />
      </Page>
    );
  }
  return (
    // Another page than before: whoever has just left is led to its title.
    <Page key="standing" title={t("title")}>
      <Standing />
      {(me.state === "left" || me.state === "removed") && <Past />}
    </Page>
  );
}

/** What somebody earned who is no longer in the program, if they did. */
function Past() {
  const { t } = useTexts();
  const query = useInfiniteQuery(earnings());
  if (all(query.data).length === 0) return null;
  return (
    <>
      <Commission actions={<ButtonLink to="/freelancer/payouts">{t("tabs.payouts")}</ButtonLink>} />
      <Ledger />
    </>
  );
}
