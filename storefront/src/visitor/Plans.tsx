import { Page } from "@/look/Page";

export function Plans() {
  return <Page title="Plans" />;
}
