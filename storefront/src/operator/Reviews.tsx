import { Page } from "@/look/Page";

export function Reviews() {
  return <Page title="Reviews" />;
}
