import { Page } from "@/look/Page";

export function Account() {
  return <Page title="Account" />;
}
