import { Page } from "@/look/Page";

export function Terms() {
  return <Page title="Terms" />;
}
