import { Page } from "@/look/Page";

export function SetUp() {
  return <Page title="SetUp" />;
}
