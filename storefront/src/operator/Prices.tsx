import { Page } from "@/look/Page";

export function Prices() {
  return <Page title="Prices" />;
}
