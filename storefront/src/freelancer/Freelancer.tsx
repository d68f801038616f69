import { Page } from "@/look/Page";

export function Freelancer() {
  return <Page title="Freelancer" />;
}
