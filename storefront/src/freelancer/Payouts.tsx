import { Page } from "@/look/Page";

export function Payouts() {
  return <Page title="Payouts" />;
}
