import { Page } from "@/look/Page";

export function Operator() {
  return <Page title="Operator" />;
}
