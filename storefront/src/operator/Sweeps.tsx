import { Page } from "@/look/Page";

export function Sweeps() {
  return <Page title="Sweeps" />;
}
