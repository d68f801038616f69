import type { Schemas } from "@/api/client";
import type { Subscription } from "@/api/queries";

type Request = Schemas["MicrosoftAccountRequest"];

/** What is typed; both ways to name the account are kept while somebody makes up their mind. */
export interface AccountForm {
  existing_customer: boolean;
  domain: string;
  domain_prefix: string;
  account_name: string;
  address: {
    line1: string;
    line2: string;
    city: string;
    state: string;
    postal_code: string;
    country: string;
  };
  primary_contact: { first_name: string; last_name: string; email: string; phone: string };
}

/** Microsoft's own domain, under which it makes new accounts; the API answers domains with it. */
const NEW_ACCOUNTS = ".onmicrosoft.com";

/** What the API already knows: the last submission, or else who bought the subscription for which business. */
export function begun({ microsoft_account: before, client }: Subscription): AccountForm {
  if (before) {
    return {
      existing_customer: before.existing_customer,
      domain: before.existing_customer ? before.domain : "",
      domain_prefix: before.existing_customer ? "" : before.domain.replace(NEW_ACCOUNTS, ""),
      account_name: before.account_name,
      address: { ...before.address, line2: before.address.line2 ?? "" },
      primary_contact: { ...before.primary_contact },
    };
  }
  const [first_name = "", ...others] = client.name.includes("@") ? [] : client.name.trim().split(/\s+/);
  return {
    existing_customer: false,
    domain: "",
    domain_prefix: "",
    account_name: "",
    address: { ...client.address, line2: client.address.line2 ?? "" },
    primary_contact: { first_name, last_name: others.join(" "), email: client.email, phone: "" },
  };
}

/** What is sent: trimmed, and only one of the two names. */
export function request(form: AccountForm, confirmed: boolean): Request {
  const { line1, line2, city, state, postal_code, country } = form.address;
  const { first_name, last_name, email, phone } = form.primary_contact;
  return {
    existing_customer: form.existing_customer,
    domain: form.existing_customer ? form.domain.trim() : null,
    domain_prefix: form.existing_customer ? null : form.domain_prefix.trim(),
    account_name: form.account_name.trim(),
    address: {
      line1: line1.trim(),
      line2: line2.trim() || null,
      city: city.trim(),
      state: state.trim().toUpperCase(),
      postal_code: postal_code.trim(),
      country,
    },
    primary_contact: {
      first_name: first_name.trim(),
      last_name: last_name.trim(),
      email: email.trim(),
      phone: phone.trim(),
    },
    address_confirmed: confirmed,
  };
}

const key = (id: string) => `account.${id}`;

/** What was typed before the page was loaded again; nothing secret is among it. */
export function kept(id: string, otherwise: AccountForm): AccountForm {
  try {
    const found = JSON.parse(sessionStorage.getItem(key(id)) ?? "null") as Partial<AccountForm> | null;
    if (typeof found?.existing_customer !== "boolean") return otherwise;
    return {
      ...otherwise,
      ...found,
      address: { ...otherwise.address, ...found.address },
      primary_contact: { ...otherwise.primary_contact, ...found.primary_contact },
    };
  } catch {
    return otherwise;
  }
}

export function keep(id: string, form: AccountForm): void {
  sessionStorage.setItem(key(id), JSON.stringify(form));
}

export function forget(id: string): void {
  sessionStorage.removeItem(key(id));
}

/** The address that Microsoft holds to be meant, if a refusal came with one. */
export function suggested(problem: Record<string, unknown>): Schemas["Address"] | null {
  const found = problem.suggested_address;
  return found && typeof found === "object" && "line1" in found ? (found as Schemas["Address"]) : null;
}
