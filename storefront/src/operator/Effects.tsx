import { Page } from "@/look/Page";

export function Effects() {
  return <Page title="Effects" />;
}
