import { makeStyles, tokens } from "@fluentui/react-components";
import type { Subscription } from "@/api/queries";
import { useTexts } from "@/client/texts";
import type { Viewer } from "@/client/viewer";
import { BackLink } from "@/look/BackLink";

const useStyles = makeStyles({
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
  const { t } = useTexts();
  return <BackLink to={PLACES[viewer]}>{t(`back.${viewer}`)}</BackLink>;
}

/** Back to the subscription that a page is about. */
export function BackToOne({ subscription }: { subscription: Subscription }) {
  const { t } = useTexts();
  return (
    <BackLink to="/subscriptions/$id" params={{ id: subscription.id }}>
      {t("back.one", { plan: subscription.plan.name })}
    </BackLink>
  );
}
