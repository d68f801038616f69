/** Sets the stage over the public API, as the people of the sandbox would by hand. */
import { newKey } from "@/api/intent";
import { ProblemError } from "@/api/problem";
import { ask, type Persona } from "@/machine/sandbox";
import type { Role } from "@/session/person";

export const SCENES = ["enroll", "pending", "connecting", "active", "delegated"] as const;
export type Scene = (typeof SCENES)[number];

const ADDRESS = { line1: "1 Main St", city: "Redmond", state: "WA", postal_code: "98052", country: "US" };

type Freelancer = { id: string; state: string; link: { token: string } | null };

/** Somebody's own line to the API. */
function lineOf({ token }: Persona) {
  return async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await fetch(path, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        "Idempotency-Key": newKey(),
        ...(body ? { "Content-Type": "application/json" } : {}),
      },
      body: body ? JSON.stringify(body) : undefined,
    });
    if (!answer.ok) throw await ProblemError.of(answer);
    return (await answer.json()) as T;
  };
}

/** Brings a freelancer into the program, from wherever they are; answers the token of their link. */
export async function enroll(operator: Persona, freelancer: Persona): Promise<string> {
  const [olga, frida] = [lineOf(operator), lineOf(freelancer)];
  const known = async () => {
    try {
      return await frida<Freelancer>("GET", "/v1/freelancer");
    } catch (error) {
      if (error instanceof ProblemError && error.code === "not_found") return null;
      throw error;
    }
  };
  let found = await known();
  if (!found || ["left", "removed", "rejected"].includes(found.state)) {
    await olga("POST", "/v1/admin/invitations", { email: freelancer.email, display_name: freelancer.name });
    found = await known();
  }
  if (found?.state === "invited") {
    found = await frida<Freelancer>("POST", "/v1/freelancer/application", {
      display_name: freelancer.name,
      serves_us_clients: true,
      experience: "Ten years of IT support for small firms.",
    });
  }
  if (found?.state === "applied") {
    await olga("POST", `/v1/admin/applications/${found.id}/decision`, { approve: true });
    found = await known();
  }
  if (found?.state === "approved") {
    const { version } = await frida<{ version: string }>("GET", "/v1/freelancer/terms");
    found = await frida<Freelancer>("POST", "/v1/freelancer/terms", { version });
  }
  if (!found?.link) throw new ProblemError("internal_error", 500);
  return found.link.token;
}

export interface Cast {
  operator: Persona;
  freelancer: Persona;
  client: Persona;
}

/** Who plays whom: of several, the one who reads English. */
export function castOf(personas: readonly Persona[]): Cast {
  const of = (role: Role): Persona => {
    const able = personas.filter(({ roles }) => roles.includes(role));
    const found = able.find(({ locale }) => locale === "en") ?? able[0];
    if (!found) throw new Error(`the sandbox has no ${role}`);
    return found;
  };
  return { operator: of("operator"), freelancer: of("freelancer"), client: of("client") };
}

export interface Played {
  /** Where to look at what came of it. */
  path: string;
  /** As whom; null: as whoever is there. */
  seenBy: Persona | null;
}

/** Plays a scene, from the invitation of the freelancer on. */
export async function play(scene: Scene, { operator, freelancer, client }: Cast): Promise<Played> {
  const token = await enroll(operator, freelancer);
  if (scene === "enroll") return { path: `/l/${token}`, seenBy: null };
  const [olga, frida, carl] = [lineOf(operator), lineOf(freelancer), lineOf(client)];
  const { id } = await carl<{ id: string }>("POST", "/v1/subscriptions", {
    plan_id: "business-basic",
    seats: 10,
    billing_period: "monthly",
    country: "US",
    link_token: token,
    payment_method: "pm_card_visa",
    address: ADDRESS,
  });
  const played = { path: `/subscriptions/${id}`, seenBy: client };
  if (scene === "pending") return played;
  if (scene === "delegated") {
    const { version } = await carl<{ version: string }>("GET", "/v1/delegation-terms");
    await carl("PUT", `/v1/subscriptions/${id}/delegation`, { terms_version: version });
    await frida("POST", `/v1/delegations/${id}/decision`, { approve: true });
    return { ...played, seenBy: freelancer };
  }
  const [first_name = client.name, ...rest] = client.name.split(" ");
  await carl("PUT", `/v1/subscriptions/${id}/microsoft-account`, {
    existing_customer: false,
    domain_prefix: `bakery${id.slice(-8).toLowerCase()}`,
    account_name: "Bakery on Main",
    address: ADDRESS,
    primary_contact: {
      first_name,
      last_name: rest.join(" ") || first_name,
      email: client.email,
      phone: "206 555 0100",
    },
  });
  if (scene === "connecting") return played;
  await olga("POST", `/v1/admin/reviews/${id}/decision`, { approve: true });
  await ask("POST", `/sandbox/microsoft/${id}/accept-agreement`);
  return played;
}
