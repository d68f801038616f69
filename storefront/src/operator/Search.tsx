import { Page } from "@/look/Page";

export function Search() {
  return <Page title="Search" />;
}
