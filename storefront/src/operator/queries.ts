import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, body, type Schemas } from "@/api/client";
import type { Status, Subscription } from "@/api/queries";

type Listed<T> = { data: T[]; next_cursor: string | null };

/** A worklist, page by page. */
function worklist<T>(
  name: string,
  read: (cursor: string | undefined) => Promise<Listed<T>>,
  of: object = {},
) {
  return infiniteQueryOptions({
    queryKey: ["admin", name, of],
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
}

const page = (cursor: string | undefined) => ({ params: { query: { limit: 50, cursor } } });

export const reviews = () =>
  worklist<Subscription>("reviews", (cursor) => body(api.GET("/v1/admin/reviews", page(cursor))));

export const applications = () =>
  worklist<Applicant>("applications", (cursor) => body(api.GET("/v1/admin/applications", page(cursor))));

export type Applicant = Schemas["Applicant"];
export type FreelancerState = Applicant["state"];

export interface Members {
  email?: string;
  state?: FreelancerState;
}

export const freelancers = (wanted: Members) =>
  worklist<Applicant>(
    "freelancers",
    (cursor) =>
      body(api.GET("/v1/admin/freelancers", { params: { query: { limit: 50, cursor, ...wanted } } })),
    wanted,
  );

export const freelancer = (id: string) =>
  queryOptions({
    queryKey: ["admin", "freelancer", id],
    queryFn: () => body(api.GET("/v1/admin/freelancers/{id}", { params: { path: { id } } })),
  });

export interface Wanted {
  email?: string;
  domain?: string;
  status?: Status;
}

export const search = (wanted: Wanted) =>
  worklist<Subscription>(
    "subscriptions",
    (cursor) =>
      body(api.GET("/v1/admin/subscriptions", { params: { query: { limit: 50, cursor, ...wanted } } })),
    wanted,
  );

export const stuck = () =>
  worklist<Schemas["Effect"]>("stuck", (cursor) => body(api.GET("/v1/admin/stuck", page(cursor))));

export const suppressions = () =>
  worklist<Schemas["Suppression"]>("suppressions", (cursor) =>
    body(api.GET("/v1/admin/suppressions", page(cursor))),
  );

export const disputes = () =>
  worklist<Schemas["Dispute"]>("disputes", (cursor) => body(api.GET("/v1/admin/disputes", page(cursor))));

export const drift = () =>
  worklist<Schemas["Drift"]>("drift", (cursor) => body(api.GET("/v1/admin/drift", page(cursor))));

export const prices = () =>
  worklist<Schemas["Price"]>("prices", (cursor) =>
    body(api.GET("/v1/admin/prices", { params: { query: { country: "US", limit: 50, cursor } } })),
  );

export const sweeps = () =>
  queryOptions({
    queryKey: ["admin", "sweeps"],
    queryFn: () => body(api.GET("/v1/admin/sweeps")),
    refetchInterval: 30_000,
  });
