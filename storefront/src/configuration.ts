/** What whoever serves these files says of the marketplace: it stands in the page itself, so nothing waits for it. */
export interface Configuration {
  brand: { name: string; support_email: string };
  /** Where the API is; empty where it has the same origin. */
  api: string;
  sandbox: boolean;
  sign_in:
    | { kind: "sandbox" }
    | { kind: "oidc"; authority: string; client_id: string; scope?: string; audience?: string | null };
  payments: { kind: "sandbox" } | { kind: "stripe"; publishable_key: string };
}

const SANDBOX: Configuration = {
  brand: { name: "Seatwise", support_email: "support@seatwise.example" },
  api: "",
  sandbox: true,
  sign_in: { kind: "sandbox" },
  payments: { kind: "sandbox" },
};

function read(): Configuration {
  const said = document.getElementById("config")?.textContent ?? "{}";
  return { ...SANDBOX, ...(JSON.parse(said) as Partial<Configuration>) };
}

export const configuration: Configuration = read();
