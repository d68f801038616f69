import { makeStyles, SkeletonItem, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { type Subscription, subscription } from "@/api/queries";
import { ActionsMenu } from "@/client/ActionsMenu";
import { BackPlace, BackToAll } from "@/client/Back";
import { useSubscriptionId } from "@/client/OneSubscription";
import {
  AccountPanel,
  BillingPanel,
  CancellationPanel,
  PermissionsPanel,
  RenewalPanel,
} from "@/client/panels";
import { SubscriptionFacts } from "@/client/SubscriptionFacts";
import { Timeline } from "@/client/Timeline";
import { useTexts } from "@/client/texts";
import { useViewer, type Viewer } from "@/client/viewer";
import { WhatNow } from "@/client/WhatNow";
import { useCommon } from "@/i18n/common";
import { Loaded, Waiting } from "@/look/Loaded";
import { Page } from "@/look/Page";
import { StatusBadge } from "@/look/StatusBadge";

const OperatorActions = lazy(() =>
  import("@/operator/OperatorActions").then(({ OperatorActions }) => ({ default: OperatorActions })),
);

const LOOK_AGAIN = 20_000;

const useStyles = makeStyles({
  panels: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 380px), 1fr))",
    gap: tokens.spacingVerticalL,
    "& > :last-child:nth-child(odd)": { gridColumn: "1 / -1" },
  },
  body: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
  line: { display: "flex", alignItems: "center", gap: tokens.spacingHorizontalS },
  waitingNow: { height: "112px", borderRadius: tokens.borderRadiusXLarge },
  waitingPanel: { height: "260px", borderRadius: tokens.borderRadiusXLarge },
});

/** A subscription: what it does now, what it is, and everything that happened to it. */
export function SubscriptionPage() {
  const styles = useStyles();
  const { t } = useTexts();
  const { t: common } = useCommon();
  const id = useSubscriptionId();
  const viewer = useViewer();
  const query = useQuery({
    ...subscription(id),
    refetchInterval: ({ state }) => (state.data?.status === "connecting" ? LOOK_AGAIN : false),
  });
  const found = query.data;
  return (
    <Page
      title={found?.plan.name ?? t("page.title")}
      lead={
        found
          ? `${common("say.users", { count: found.seats })} · ${common(`say.${found.billing_period}`)}`
          : "\u00a0"
      }
      before={found ? <BackToAll viewer={viewer(found)} /> : <BackPlace />}
      actions={
        found && (
          <div className={styles.line}>
            <StatusBadge status={found.status} />
            <ActionsMenu subscription={found} />
          </div>
        )
      }
    >
      <Loaded query={query} waiting={<Waits />}>
        {(found) => (
          <Suspense
            fallback={
              <Waiting>
                <Waits />
              </Waiting>
            }
          >
            <One subscription={found} viewer={viewer(found)} />
          </Suspense>
        )}
      </Loaded>
    </Page>
  );
}

/** The measures of what comes. */
function Waits() {
  const styles = useStyles();
  return (
    <div className={styles.body}>
      <SkeletonItem className={styles.waitingNow} />
      <div className={styles.panels}>
        <SkeletonItem className={styles.waitingPanel} />
        <SkeletonItem className={styles.waitingPanel} />
      </div>
    </div>
  );
}

function One({ subscription, viewer }: { subscription: Subscription; viewer: Viewer }) {
  const styles = useStyles();
  const of = { subscription, viewer };
  return (
    <div className={styles.body}>
      <WhatNow {...of} />
      {viewer === "operator" && <OperatorActions subscription={subscription} />}
      <div className={styles.panels}>
        <SubscriptionFacts {...of} />
        <AccountPanel {...of} />
        <RenewalPanel {...of} />
        <CancellationPanel {...of} />
        <PermissionsPanel {...of} />
        <BillingPanel {...of} />
      </div>
      <Timeline id={subscription.id} version={subscription.version} viewer={viewer} />
    </div>
  );
}
