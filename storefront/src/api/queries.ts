/** What is read from the API, under which key it is kept, and how long it stays good. */
import { infiniteQueryOptions, QueryClient, queryOptions } from "@tanstack/react-query";
import { api, body, type Schemas } from "@/api/client";
import { asProblem } from "@/api/problem";

export type Subscription = Schemas["Subscription"];
export type Status = Schemas["Status"];
export type Plan = Schemas["Plan"];
export type Quote = Schemas["Quote"];
export type Money = Schemas["Money"];
export type Invoice = Schemas["Invoice"];
export type BillingPeriod = Schemas["BillingPeriod"];

const PAGE = 50;
const MINUTE = 60_000;

/** A cache with our manners: what may pass is asked again, what is an answer is not. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (count, error) => count < 2 && asProblem(error).passing,
      },
      // Whoever acts decides with the problem before them; a key makes asking again harmless.
      mutations: { retry: (count, error) => count < 1 && asProblem(error).code === "busy" },
    },
  });
}

type Listed<T> = { data: T[]; next_cursor: string | null };

/** A list that is read page by page. */
function listed<T, R extends Listed<T>>(
  key: readonly unknown[],
  read: (cursor: string | undefined) => Promise<R>,
) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
}

export const plans = (language: string) =>
  queryOptions({
    queryKey: ["plans", language],
    queryFn: () => body(api.GET("/v1/plans", { params: { query: { country: "US" } } })),
    staleTime: 10 * MINUTE,
  });

export const link = (token: string, language: string) =>
  queryOptions({
    queryKey: ["links", token, language],
    queryFn: () => body(api.GET("/v1/links/{token}", { params: { path: { token } } })),
    staleTime: 10 * MINUTE,
  });

export const quote = (asked: Schemas["QuoteRequest"]) =>
  queryOptions({
    queryKey: ["quotes", asked],
    queryFn: () => body(api.POST("/v1/quotes", { body: asked })),
    staleTime: 5 * MINUTE,
  });

export const subscriptions = (status?: Status) =>
  listed<Subscription, Schemas["SubscriptionList"]>(["subscriptions", { status }], (cursor) =>
    body(api.GET("/v1/subscriptions", { params: { query: { limit: PAGE, cursor, status } } })),
  );

export const subscription = (id: string) =>
  queryOptions({
    queryKey: ["subscription", id],
    queryFn: () => body(api.GET("/v1/subscriptions/{id}", { params: { path: { id } } })),
  });

export const events = (id: string) =>
  listed<Schemas["Event"], Schemas["EventList"]>(["subscription", id, "events"], (cursor) =>
    body(
      api.GET("/v1/subscriptions/{id}/events", { params: { path: { id }, query: { limit: PAGE, cursor } } }),
    ),
  );

export const cancellation = (id: string) =>
  queryOptions({
    queryKey: ["subscription", id, "cancellation"],
    queryFn: () => body(api.GET("/v1/subscriptions/{id}/cancellation", { params: { path: { id } } })),
    staleTime: 0,
    gcTime: 0,
  });

export const delegationTerms = (language: string) =>
  queryOptions({
    queryKey: ["delegation-terms", language],
    queryFn: () => body(api.GET("/v1/delegation-terms")),
    staleTime: 10 * MINUTE,
  });

export const invoices = () =>
  listed<Invoice, Schemas["InvoiceList"]>(["invoices"], (cursor) =>
    body(api.GET("/v1/invoices", { params: { query: { limit: PAGE, cursor } } })),
  );

export const invoice = (id: string) =>
  queryOptions({
    queryKey: ["invoices", id],
    queryFn: () => body(api.GET("/v1/invoices/{id}", { params: { path: { id } } })),
  });

export const cards = () =>
  queryOptions({ queryKey: ["payment-methods"], queryFn: () => body(api.GET("/v1/payment-methods")) });

export const freelancer = () =>
  queryOptions({
    queryKey: ["freelancer"],
    queryFn: () => body(api.GET("/v1/freelancer")),
    retry: (count, error) => count < 2 && asProblem(error).passing,
  });

export const programTerms = (language: string) =>
  queryOptions({
    queryKey: ["freelancer", "terms", language],
    queryFn: () => body(api.GET("/v1/freelancer/terms")),
    staleTime: 10 * MINUTE,
  });

export const sales = () =>
  listed<Schemas["Sale"], Schemas["SaleList"]>(["freelancer", "sales"], (cursor) =>
    body(api.GET("/v1/freelancer/subscriptions", { params: { query: { limit: PAGE, cursor } } })),
  );

export const delegations = () =>
  listed<Schemas["Sale"], Schemas["SaleList"]>(["freelancer", "delegations"], (cursor) =>
    body(api.GET("/v1/freelancer/delegations", { params: { query: { limit: PAGE, cursor } } })),
  );

export const earnings = () =>
  listed<Schemas["Earning"], Schemas["EarningList"]>(["freelancer", "earnings"], (cursor) =>
    body(api.GET("/v1/freelancer/earnings", { params: { query: { limit: PAGE, cursor } } })),
  );

export const payouts = () =>
  queryOptions({
    queryKey: ["freelancer", "payouts"],
    queryFn: () => body(api.GET("/v1/freelancer/payouts")),
  });

/** All that has been read so far of a list. */
export function all<T>(pages: { pages: { data: T[] }[] } | undefined): T[] {
  return pages?.pages.flatMap((page) => page.data) ?? [];
}
