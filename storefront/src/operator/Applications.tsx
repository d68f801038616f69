import { Page } from "@/look/Page";

export function Applications() {
  return <Page title="Applications" />;
}
