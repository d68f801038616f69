import { Page } from "@/look/Page";

export function Troubles() {
  return <Page title="Troubles" />;
}
