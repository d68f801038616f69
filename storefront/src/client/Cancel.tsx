import { Page } from "@/look/Page";

export function Cancel() {
  return <Page title="Cancel" />;
}
