import { Page } from "@/look/Page";

export function SubscriptionPage() {
  return <Page title="SubscriptionPage" />;
}
