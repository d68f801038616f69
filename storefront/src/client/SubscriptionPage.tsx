import { makeStyles, SkeletonItem, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { type Subscription, subscription } from "@/api/queries";
import { ActionsMenu } from "@/client/ActionsMenu";
import { BackToAll } from "@/client/Back";
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
import { useViewer, type Viewer } from "@/client/viewer";
import { WhatNow } from "@/client/WhatNow";
import { useCommon } from "@/i18n/common";
import { Waiting } from "@/look/Loaded";
import { Page } from "@/look/Page";
import { ProblemNotice } from "@/look/ProblemNotice";
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
  waitingTitle: { width: "280px", maxWidth: "100%" },
  waitingNow: { height: "112px", borderRadius: tokens.borderRadiusXLarge },
  waitingPanel: { height: "260px", borderRadius: tokens.borderRadiusXLarge },
});

/** A subscription: what it does now, what it is, and everything that happened to it. */
export function SubscriptionPage() {
  const styles = useStyles();
  const common = useCommon();
  const id = useSubscriptionId();
  const viewer = useViewer();
  const query = useQuery({
    ...subscription(id),
    refetchInterval: ({ state }) => (state.data?.status === "connecting" ? LOOK_AGAIN : false),
  });
  const found = query.data;
  if (!found) {
    return query.error ? (
      <Page title={common.t("say.not_found_title")}>
        <ProblemNotice error={query.error} retry={() => void query.refetch()} />
      </Page>
    ) : (
      <Waiting>
        <div className={styles.body}>
          <SkeletonItem size={40} className={styles.waitingTitle} />
          <SkeletonItem className={styles.waitingNow} />
          <div className={styles.panels}>
            <SkeletonItem className={styles.waitingPanel} />
            <SkeletonItem className={styles.waitingPanel} />
          </div>
        </div>
      </Waiting>
    );
  }
  return <One subscription={found} viewer={viewer(found)} />;
}

function One({ subscription, viewer }: { subscription: Subscription; viewer: Viewer }) {
  const styles = useStyles();
  const common = useCommon();
  const of = { subscription, viewer };
  return (
    <Page
      title={subscription.plan.name}
      lead={`${common.t("say.users", { count: subscription.seats })} · ${common.t(`say.${subscription.billing_period}`)}`}
      before={<BackToAll viewer={viewer} />}
      actions={
        <div className={styles.line}>
          <StatusBadge status={subscription.status} />
          <ActionsMenu subscription={subscription} />
        </div>
      }
    >
      <div className={styles.body}>
        <WhatNow {...of} />
        {viewer === "operator" && (
          <Suspense fallback={null}>
            <OperatorActions subscription={subscription} />
          </Suspense>
        )}
        <div className={styles.panels}>
          <SubscriptionFacts {...of} />
          <AccountPanel {...of} />
          <RenewalPanel {...of} />
          <CancellationPanel {...of} />
          <PermissionsPanel {...of} />
          <BillingPanel {...of} />
        </div>
        <Timeline id={subscription.id} version={subscription.version} />
      </div>
    </Page>
  );
}
