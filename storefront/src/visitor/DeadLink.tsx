import { makeStyles, tokens } from "@fluentui/react-components";
import { configuration } from "@/configuration";
import { ButtonLink } from "@/look/AppLink";
import { Page } from "@/look/Page";
import { useTexts } from "@/visitor/texts";

const useStyles = makeStyles({
  ways: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalL, alignItems: "center" },
  mail: { color: tokens.colorBrandForegroundLink },
});

/** R72: link trouble goes to support. */
export function DeadLink() {
  const styles = useStyles();
  const { t } = useTexts();
  const { support_email } = configuration.brand;
  return (
    <Page title={t("plans.dead_title")} lead={t("plans.dead_text")} narrow>
      <div className={styles.ways}>
        <ButtonLink to="/" appearance="primary">
          {t("plans.dead_plans")}
        </ButtonLink>
        <a
          className={styles.mail}
          href={`mailto:${support_email}?subject=${encodeURIComponent(location.href)}`}
        >
          {t("plans.dead_support")}: {support_email}
        </a>
      </div>
    </Page>
  );
}
