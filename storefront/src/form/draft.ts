import { useCallback, useEffect, useRef, useState } from "react";
import { asProblem, type ProblemError } from "@/api/problem";
import { at, type Fault, faults, put, type RequestName } from "@/form/limits";
import { useCommon } from "@/i18n/common";
import { useProblems } from "@/i18n/problems";

/** Words of its own for what has a form of its own; otherwise the general ones. */
const FORMS = ["state", "postal_code", "email", "phone", "domain_prefix", "domain"] as const;

export interface Draft<T> {
  value: T;
  set: (pointer: string, given: unknown) => void;
  replace: (given: T) => void;
  get: (pointer: string) => unknown;
  /** What is wrong with a field, in words; undefined while nothing is. */
  error: (pointer: string) => string | undefined;
  /**
   * Whether the contract allows it as it is; whatever is wrong is then said at its field, and the first is
   * focused. With `within`, only what is at that pointer or beneath: the rest is filled in elsewhere.
   */
  check: (also?: Record<string, string>, within?: string) => boolean;
  /** Takes what the API has against it to the fields; answers what belongs to no field that was asked for. */
  refuse: (error: unknown) => ProblemError;
  /** Whatever is wrong, for a place of its own. */
  errors: Record<string, string>;
  /** To be put on the form: fields are found in it. */
  form: React.RefObject<HTMLFormElement | null>;
}

/** What is being filled in for a request of the API, and what is wrong with it: by the contract, then by the API. */
export function useDraft<T extends object>(request: RequestName, initial: T | (() => T)): Draft<T> {
  const { t } = useCommon();
  const words = useProblems();
  const [value, replace] = useState<T>(initial);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const form = useRef<HTMLFormElement | null>(null);
  const shown = useRef(false);

  const said = (pointer: string, wrong: Fault): string => {
    const name = pointer.split("/").at(-1) ?? "";
    const own = FORMS.find((each) => each === name);
    return wrong.kind === "form" && own
      ? t(`field.${own}`)
      : t(`field.${wrong.kind}`, { count: wrong.count ?? 0 });
  };
  const show = (found: Record<string, string>) => {
    setErrors(found);
    shown.current = true;
  };
  // Once they are drawn: the first of them in the order of the page.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time they are shown, and not as one is taken back
  useEffect(() => {
    if (shown.current) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    shown.current = false;
  }, [errors]);
  return {
    value,
    replace,
    set: useCallback((pointer: string, given: unknown) => {
      replace((before) => put(before, pointer, given));
      setErrors(({ [pointer]: _, ...others }) => others);
    }, []),
    get: (pointer) => at(value, pointer),
    error: (pointer) => errors[pointer],
    errors,
    check: (also = {}, within = "") => {
      const found = Object.fromEntries(
        Object.entries(faults(request, value))
          .filter(([pointer]) => pointer.startsWith(within))
          .map(([pointer, wrong]) => [pointer, said(pointer, wrong)]),
      );
      const all = { ...found, ...also };
      show(all);
      return Object.keys(all).length === 0;
    },
    refuse: (error) => {
      const problem = asProblem(error);
      show(
        Object.fromEntries(Object.entries(problem.fields).map(([at, detail]) => [at, words.field(detail)])),
      );
      return problem;
    },
    form,
  };
}
