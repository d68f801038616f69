import { configuration } from "@/configuration";
import { OidcIdentity } from "@/session/oidc";
import type { Identity } from "@/session/person";
import { SandboxIdentity } from "@/session/sandbox";

/** Whoever knows people, as the configuration says. */
export const identity: Identity =
  configuration.sign_in.kind === "oidc" ? new OidcIdentity(configuration.sign_in) : new SandboxIdentity();
