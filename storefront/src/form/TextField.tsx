import { Field, Input, type InputProps, Textarea } from "@fluentui/react-components";
import type { ReactElement } from "react";
import type { Draft } from "@/form/draft";

interface Given<T extends object>
  extends Pick<
    InputProps,
    "type" | "inputMode" | "autoComplete" | "contentAfter" | "contentBefore" | "placeholder"
  > {
  draft: Draft<T>;
  /** Where in the request. */
  at: string;
  label: string;
  hint?: string | ReactElement;
  required?: boolean;
  lines?: number;
  disabled?: boolean;
}

/** A text of a request, with what is wrong with it beneath. */
export function TextField<T extends object>({ draft, at, label, hint, required, lines, ...input }: Given<T>) {
  const error = draft.error(at);
  const value = String(draft.get(at) ?? "");
  return (
    <Field
      label={label}
      hint={hint}
      required={required}
      validationState={error ? "error" : "none"}
      validationMessage={error}
    >
      {lines ? (
        <Textarea
          name={at}
          value={value}
          rows={lines}
          resize="vertical"
          onChange={(_, { value }) => draft.set(at, value)}
        />
      ) : (
        <Input {...input} name={at} value={value} onChange={(_, { value }) => draft.set(at, value)} />
      )}
    </Field>
  );
}
