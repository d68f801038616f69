import { Page } from "@/look/Page";

export function Delegations() {
  return <Page title="Delegations" />;
}
