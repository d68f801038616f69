import { Page } from "@/look/Page";

export function Confirmation() {
  return <Page title="Confirmation" />;
}
