import { Page } from "@/look/Page";

export function Subscriptions() {
  return <Page title="Subscriptions" />;
}
