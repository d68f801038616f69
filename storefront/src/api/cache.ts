import { makeQueryClient } from "@/api/queries";

/** What has been read, for the whole storefront: routes begin to read before their pages are there. */
export const cache = makeQueryClient();
