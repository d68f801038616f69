import type { Subscription } from "@/api/queries";
import { useSession } from "@/session/session";

/** As whom somebody looks at a subscription; for words and ways back only, the API alone says what they may do. */
export type Viewer = "client" | "delegate" | "operator";

export function useViewer(): (subscription: Subscription) => Viewer {
  const { person, is } = useSession();
  return (subscription) => {
    const own = is("client") && person?.email.toLowerCase() === subscription.client.email.toLowerCase();
    if (own) return "client";
    if (is("operator")) return "operator";
    return is("freelancer") ? "delegate" : "client";
  };
}
