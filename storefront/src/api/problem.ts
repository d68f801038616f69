import type { components } from "@/api/contract";

export type Problem = components["schemas"]["Problem"];
export type Code = Problem["code"] | "offline";

/** An answer that is no success, as the API put it; `offline` is ours, for no answer at all. */
export class ProblemError extends Error {
  readonly code: Code;
  readonly status: number;
  readonly problem: Partial<Problem> & Record<string, unknown>;
  /** Seconds after which asking again is worth it. */
  readonly retryAfter: number | null;

  constructor(code: Code, status: number, problem: Partial<Problem> = {}, retryAfter: number | null = null) {
    super(problem.detail ?? code);
    this.name = "ProblemError";
    this.code = code;
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request under the same key may still succeed. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500 || this.retryAfter !== null;
  }

  /** What support is asked for: the end of `instance`. */
  get requestId(): string | null {
    return this.problem.instance?.split(":").at(-1) ?? null;
  }

  /** What is wrong with each field, by its pointer. */
  get fields(): Record<string, string> {
    return Object.fromEntries((this.problem.errors ?? []).map((each) => [each.pointer, each.detail]));
  }

  static async of(response: Response): Promise<ProblemError> {
    const wait = Number(response.headers.get("Retry-After"));
    const retryAfter = response.headers.has("Retry-After") && Number.isFinite(wait) ? wait : null;
    let problem: Partial<Problem> = {};
    try {
      problem = (await response.json()) as Partial<Problem>;
    } catch {
      // Something between here and the API has answered; what it says is for nobody to read.
    }
    return new ProblemError(problem.code ?? "internal_error", response.status, problem, retryAfter);
  }
}

/** Whatever was thrown, as a problem. */
export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof TypeError) return new ProblemError("offline", 0);
  return new ProblemError("internal_error", 500);
}
