import { Page } from "@/look/Page";

export function Authenticate() {
  return <Page title="Authenticate" />;
}
