import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "@/api/contract";
import { ProblemError } from "@/api/problem";
import { configuration } from "@/configuration";
import { language } from "@/i18n";
import { identity } from "@/session/identity";

export type Schemas = components["schemas"];

const speaks: Middleware = {
  async onRequest({ request }) {
    request.headers.set("Accept-Language", language());
    const token = await identity.token();
    if (token) request.headers.set("Authorization", `Bearer ${token}`);
    return request;
  },
  async onResponse({ response }) {
    if (response.ok) return;
    const problem = await ProblemError.of(response);
    if (problem.code === "unauthenticated") identity.forget();
    throw problem;
  },
  onError() {
    return new ProblemError("offline", 0);
  },
};

/** The API, typed by its own contract; whatever is no success is thrown as a ProblemError. */
export const api = createClient<paths>({
  baseUrl: configuration.api,
  // Looked up at each call: tests and the browser's own tools replace it.
  fetch: (request) => globalThis.fetch(request),
});
api.use(speaks);

/** The body of an answer. */
export async function body<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}
