/** A shop for tests: an API that prices, and that answers each purchase as it is told to. */
import { vi } from "vitest";
import type { Subscription } from "@/api/queries";
import { usd } from "@/api/sample";
import { sample } from "@/client/sample";
import type { Choice } from "@/visitor/choice";

export const CHOICE: Choice = {
  plan_id: "business-basic",
  seats: 10,
  billing_period: "monthly",
  link_token: "YzPU9IgZ6fx_",
  seller: "Frida Lindqvist",
};

const UNIT = 840;

export interface Sent {
  method: string;
  path: string;
  key: string | null;
  body: Record<string, unknown>;
}

type Answer = [status: number, body: unknown];

/** Of a line that is cut before an answer comes. */
export const CUT = "cut";

export const bought: Answer = [201, sample({ id: "sub_1", status: "pending" })];
export const refusal = (status: number, code: string, more: object = {}): Answer => [
  status,
  { code, status, title: code, detail: `Why: ${code}.`, ...more },
];

interface Shop {
  sent: Sent[];
  purchases: () => Sent[];
  quotes: () => Sent[];
  /** What the client has bought already. */
  before: Subscription[];
  /** What a user costs from now on. */
  unit: number;
  /** Cents of tax on any order once there is an address; null where there is none. */
  tax: number | null;
}

/** Opens the shop; the purchases are answered one after the other, the last answer again and again. */
export function open(...answers: (Answer | typeof CUT)[]): Shop {
  const shop: Shop = {
    sent: [],
    purchases: () =>
      shop.sent.filter(({ method, path }) => method === "POST" && path === "/v1/subscriptions"),
    quotes: () => shop.sent.filter(({ path }) => path === "/v1/quotes"),
    before: [],
    unit: UNIT,
    tax: null,
  };
  const answer = ({ method, path, body }: Sent): Answer | typeof CUT => {
    if (path === "/v1/quotes") return [200, quoted(shop, body)];
    if (path === "/v1/plans") return [200, { data: [] }];
    if (path === "/v1/payment-methods") return [200, { data: [] }];
    if (method === "GET" && path === "/v1/subscriptions") {
      return [200, { data: shop.before, next_cursor: null }];
    }
    if (path === "/v1/subscriptions") {
      const number = Math.min(shop.purchases().length, answers.length) - 1;
      return answers[number] ?? [500, {}];
    }
    return [200, {}];
  };
  vi.stubGlobal("fetch", async (asked: Request | string, init?: RequestInit) => {
    const request = typeof asked === "string" ? new Request(new URL(asked, "http://localhost"), init) : asked;
    const text = await request.text();
    const one: Sent = {
      method: request.method,
      path: new URL(request.url, "http://localhost").pathname,
      key: request.headers.get("Idempotency-Key"),
      body: text ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
    shop.sent.push(one);
    const said = answer(one);
    if (said === CUT) throw new TypeError("cut");
    const [status, body] = said;
    return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
  });
  return shop;
}

function quoted({ unit, tax }: Shop, { plan_id, billing_period, seats, address }: Sent["body"]) {
  const subtotal = unit * Number(seats);
  const taxed = tax !== null && address ? tax : 0;
  return {
    plan_id,
    billing_period,
    country: "US",
    seats,
    unit_price: usd(unit),
    subtotal: usd(subtotal),
    tax: usd(taxed),
    total: usd(subtotal + taxed),
    tax_status: tax === null ? "off" : address ? "calculated" : "not_calculated",
  };
}
