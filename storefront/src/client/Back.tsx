import { makeStyles, tokens } from "@fluentui/react-components";
import { ArrowLeftRegular } from "@fluentui/react-icons";
import type { Subscription } from "@/api/queries";
import { useTexts } from "@/client/texts";
import type { Viewer } from "@/client/viewer";
import { AppLink } from "@/look/AppLink";

const useStyles = makeStyles({
  back: {
    display: "inline-flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalXS,
    alignSelf: "flex-start",
    marginBottom: tokens.spacingVerticalXS,
  },
  place: { height: tokens.lineHeightBase300, marginBottom: tokens.spacingVerticalXS },
});

const PLACES = {
  client: "/subscriptions",
  delegate: "/freelancer",
  operator: "/operator/subscriptions",
} as const;

/** The place of the way back, as long as nobody knows where it leads. */
export function BackPlace() {
  return <div className={useStyles().place} />;
}

/** Back to where somebody has all of theirs. */
export function BackToAll({ viewer }: { viewer: Viewer }) {
  const styles = useStyles();
  const { t } = useTexts();
  return (
    <AppLink to={PLACES[viewer]} className={styles.back}>
      <ArrowLeftRegular aria-hidden="true" />
      {t(`back.${viewer}`)}
    </AppLink>
  );
}

/** Back to the subscription that a page is about. */
export function BackToOne({ subscription }: { subscription: Subscription }) {
  const styles = useStyles();
  const { t } = useTexts();
  return (
    <AppLink to="/subscriptions/$id" params={{ id: subscription.id }} className={styles.back}>
      <ArrowLeftRegular aria-hidden="true" />
      {t("back.one", { plan: subscription.plan.name })}
    </AppLink>
  );
}
