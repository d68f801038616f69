import { Page } from "@/look/Page";

export function Billing() {
  return <Page title="Billing" />;
}
