import { Page } from "@/look/Page";

export function Permissions() {
  return <Page title="Permissions" />;
}
