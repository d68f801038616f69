import { Page } from "@/look/Page";

export function Credentials() {
  return <Page title="Credentials" />;
}
