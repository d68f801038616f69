import { Page } from "@/look/Page";

export function Renewal() {
  return <Page title="Renewal" />;
}
