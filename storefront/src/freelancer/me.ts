import { createContext, useContext } from "react";
import type { Schemas } from "@/api/client";

export type Freelancer = Schemas["Freelancer"];

/** The freelancer whose area it is; `Area` has read them before anything in it is shown. */
export const Me = createContext<Freelancer | null>(null);

/** The freelancer whose area it is. */
export function useMe(): Freelancer {
  const me = useContext(Me);
  if (!me) throw new Error("only within the freelancer's area");
  return me;
}
