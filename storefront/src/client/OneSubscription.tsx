import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type Subscription, subscription } from "@/api/queries";
import { BackPlace, BackToOne } from "@/client/Back";
import { useViewer, type Viewer } from "@/client/viewer";
import { Loaded } from "@/look/Loaded";
import { Page } from "@/look/Page";

interface Given {
  title: string;
  lead?: string | ((subscription: Subscription, viewer: Viewer) => string);
  children: (subscription: Subscription, viewer: Viewer) => ReactNode;
}

/** The subscription that the address names. */
export function useSubscriptionId(): string {
  return useParams({ strict: false }).id ?? "";
}

/** A page about one matter of a subscription, with the way back to it. */
export function OneSubscription({ title, lead, children }: Given) {
  const query = useQuery(subscription(useSubscriptionId()));
  const viewer = useViewer();
  const found = query.data;
  const said = typeof lead === "function" ? (found ? lead(found, viewer(found)) : "\u00a0") : lead;
  return (
    <Page
      narrow
      title={title}
      lead={said}
      before={found ? <BackToOne subscription={found} /> : <BackPlace />}
    >
      <Loaded query={query} lines={8}>
        {(found) => children(found, viewer(found))}
      </Loaded>
    </Page>
  );
}
