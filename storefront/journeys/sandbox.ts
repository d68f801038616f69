import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const START = "2026-11-22T10:00:00Z";
const READY_WITHIN_MS = 120_000; // the first start on a new machine sets everything up

export interface Mail {
  id: string;
  template: string;
  to: string;
  subject: string;
  text: string;
}

interface Persona {
  email: string;
  token: string;
}

/** A whole sandbox of one's own: `make run`, as anybody would start it. */
export class Sandbox {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
  ) {}

  static async start(environment: Record<string, string> = {}): Promise<Sandbox> {
    const port = await freePort();
    const made = spawn("make", ["--silent", "run"], {
      cwd: ROOT,
      env: { ...process.env, START, ...environment, PORT: String(port) },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true, // a group of its own, to be ended as one
    });
    let said = "";
    made.stdout?.on("data", (text) => (said += text));
    made.stderr?.on("data", (text) => (said += text));
    const sandbox = new Sandbox(`http://127.0.0.1:${port}`, made);
    const until = Date.now() + READY_WITHIN_MS;
    while (Date.now() < until) {
      if (made.exitCode !== null) throw new Error(`make run ended: ${said}`);
      if (await sandbox.answers()) return sandbox;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    sandbox.stop();
    throw new Error(`make run was not ready: ${said}`);
  }

  stop(): void {
    if (this.process.pid && this.process.exitCode === null) process.kill(-this.process.pid, "SIGTERM");
  }

  private async answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/v1/health`)).ok;
    } catch {
      return false;
    }
  }

  /** A request of somebody, beside the browser. */
  async ask<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    token?: string,
  ): Promise<T> {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        "Idempotency-Key": crypto.randomUUID(),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : {}) as T;
  }

  async token(email: string): Promise<string> {
    const { personas } = await this.ask<{ personas: Persona[] }>("GET", "/sandbox");
    const found = personas.find((each) => each.email === email);
    if (!found) throw new Error(`nobody is called ${email}`);
    return found.token;
  }

  /** Time passes: an ISO 8601 duration. */
  async advance(duration: string): Promise<void> {
    await this.ask("POST", "/sandbox/clock", { advance: duration });
  }

  async mails(to: string): Promise<Mail[]> {
    const { data } = await this.ask<{ data: Mail[] }>("GET", `/sandbox/mailbox?to=${encodeURIComponent(to)}`);
    return data;
  }

  /** Frida is in the program; answers her link's path. */
  async enroll(): Promise<string> {
    const [olga, frida] = [await this.token(PEOPLE.olga.email), await this.token(PEOPLE.frida.email)];
    const { id } = await this.ask<{ id: string }>(
      "POST",
      "/v1/admin/invitations",
      { email: PEOPLE.frida.email, display_name: PEOPLE.frida.name },
      olga,
    );
    await this.ask(
      "POST",
      "/v1/freelancer/application",
      { display_name: PEOPLE.frida.name, serves_us_clients: true, experience: "Ten years of IT support" },
      frida,
    );
    await this.ask("POST", `/v1/admin/applications/${id}/decision`, { approve: true }, olga);
    const { version } = await this.ask<{ version: string }>("GET", "/v1/freelancer/terms", undefined, frida);
    const { link } = await this.ask<{ link: { token: string } }>(
      "POST",
      "/v1/freelancer/terms",
      { version },
      frida,
    );
    return `/l/${link.token}`;
  }

  /** Carl has bought; answers the subscription's id. */
  async buy(link?: string, changes: Record<string, unknown> = {}): Promise<string> {
    const { id } = await this.ask<{ id: string }>(
      "POST",
      "/v1/subscriptions",
      {
        plan_id: "business-basic",
        seats: 10,
        billing_period: "monthly",
        country: "US",
        payment_method: "pm_card_visa",
        address: ADDRESS,
        ...(link ? { link_token: link.split("/").at(-1) } : {}),
        ...changes,
      },
      await this.token(PEOPLE.carl.email),
    );
    return id;
  }

  /** Carl's subscription is in use. */
  async activate(id: string, prefix = "carlsbakery"): Promise<void> {
    await this.submit(id, prefix);
    await this.approve(id);
    await this.ask("POST", `/sandbox/microsoft/${id}/accept-agreement`);
  }

  async submit(id: string, prefix = "carlsbakery"): Promise<void> {
    const account = {
      existing_customer: false,
      domain_prefix: prefix,
      account_name: "Bakery on Main",
      address: ADDRESS,
      primary_contact: {
        first_name: "Carl",
        last_name: "Jensen",
        email: PEOPLE.carl.email,
        phone: "206 555 0100",
      },
    };
    await this.ask(
      "PUT",
      `/v1/subscriptions/${id}/microsoft-account`,
      account,
      await this.token(PEOPLE.carl.email),
    );
  }

  async approve(id: string): Promise<void> {
    await this.ask(
      "POST",
      `/v1/admin/reviews/${id}/decision`,
      { approve: true },
      await this.token(PEOPLE.olga.email),
    );
  }
}

export const PEOPLE = {
  carl: { name: "Carl Jensen", email: "carl@client.example", roles: ["client"], locale: "en" },
  chloe: { name: "Chloé Martin", email: "chloe@client.example", roles: ["client"], locale: "fr" },
  frida: { name: "Frida Lindqvist", email: "frida@freelancer.example", roles: ["freelancer"], locale: "en" },
  olga: { name: "Olga Petrova", email: "olga@operator.example", roles: ["operator"], locale: "en" },
} as const;

export const ADDRESS = {
  line1: "1 Main St",
  city: "Redmond",
  state: "WA",
  postal_code: "98052",
  country: "US",
};

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
