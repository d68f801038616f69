import { LIMITS } from "@/api/limits";

export type RequestName = keyof typeof LIMITS;

interface Limit {
  required: boolean;
  type: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  enum?: readonly string[];
}

/** What is wrong with a value, to be put into words; `count` belongs to it. */
export interface Fault {
  kind: "required" | "short" | "long" | "least" | "most" | "whole" | "choice" | "form";
  count?: number;
}

/** What the contract says of a field of a request. */
export function limit(request: RequestName, pointer: string): Limit | undefined {
  return (LIMITS[request] as Record<string, Limit>)[pointer];
}

/** The value at a pointer. */
export function at(value: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .reduce<unknown>((found, step) => (found as Record<string, unknown> | undefined)?.[step], value);
}

/** A copy with another value at a pointer. */
export function put<T>(value: T, pointer: string, given: unknown): T {
  const [step, ...rest] = pointer.split("/").slice(1);
  if (step === undefined) return given as T;
  const inner = (value as Record<string, unknown>)[step] ?? {};
  return { ...value, [step]: rest.length ? put(inner, `/${rest.join("/")}`, given) : given };
}

/** What is wrong with one value. */
export function fault(found: Limit, value: unknown): Fault | null {
  const given = typeof value === "string" ? value.trim() : value;
  if (given === undefined || given === null || given === "")
    return found.required ? { kind: "required" } : null;
  if (found.enum && !found.enum.includes(String(given))) return { kind: "choice" };
  if (typeof given === "number") {
    if (!Number.isInteger(given)) return { kind: "whole" };
    if (found.minimum !== undefined && given < found.minimum) return { kind: "least", count: found.minimum };
    if (found.maximum !== undefined && given > found.maximum) return { kind: "most", count: found.maximum };
  }
  if (typeof given === "string") {
    if (found.minLength !== undefined && given.length < found.minLength)
      return { kind: "short", count: found.minLength };
    if (found.maxLength !== undefined && given.length > found.maxLength)
      return { kind: "long", count: found.maxLength };
    if (found.pattern && !new RegExp(found.pattern, "u").test(given)) return { kind: "form" };
  }
  return null;
}

/** What is wrong with a request, by pointer, as far as its contract can tell. */
export function faults(request: RequestName, value: unknown): Record<string, Fault> {
  const found: Record<string, Fault> = {};
  const left: string[] = []; // objects that may be absent, and are
  for (const [pointer, each] of Object.entries(LIMITS[request] as Record<string, Limit>)) {
    if (left.some((absent) => pointer.startsWith(`${absent}/`))) continue;
    const given = at(value, pointer);
    if (each.type === "object") {
      if (!each.required && (given === undefined || given === null)) left.push(pointer);
      continue;
    }
    const wrong = fault(each, given);
    if (wrong) found[pointer] = wrong;
  }
  return found;
}
