import { Page } from "@/look/Page";

export function Checkout() {
  return <Page title="Checkout" />;
}
