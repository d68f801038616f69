import { Page } from "@/look/Page";

export function InvoicePage() {
  return <Page title="InvoicePage" />;
}
