/** What samples for tests are made of. */
import type { Schemas } from "@/api/client";

export const usd = (amount: number): Schemas["Money"] => ({ amount, currency: "USD" });

export const ADDRESS: Schemas["Address"] = {
  line1: "1 Main St",
  line2: null,
  city: "Redmond",
  state: "WA",
  postal_code: "98052",
  country: "US",
};
