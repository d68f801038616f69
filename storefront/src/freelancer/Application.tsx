import { Page } from "@/look/Page";

export function Application() {
  return <Page title="Application" />;
}
