import { Button, Field, Input, makeStyles, tokens } from "@fluentui/react-components";
import { AddRegular, SubtractRegular } from "@fluentui/react-icons";
import { type KeyboardEvent, type Ref, useImperativeHandle, useRef, useState } from "react";
import { fault, limit } from "@/form/limits";
import { useCommon } from "@/i18n/common";
import { useTexts } from "@/visitor/texts";

const useStyles = makeStyles({
  stepper: { display: "flex", gap: tokens.spacingHorizontalXS, maxWidth: "200px" },
  input: { width: "80px", "& input": { textAlign: "center" } },
});

const STEPS: Record<string, number> = { ArrowUp: 1, ArrowDown: -1 };

export interface UsersHandle {
  /** Whether what stands there can be bought; if not, it is gone to. */
  check: () => boolean;
}

interface Given {
  ref?: Ref<UsersHandle>;
  value: number;
  choose: (users: number) => void;
  /** What the API has against it. */
  error?: string;
}

/** How many users: by steps, or typed; the contract says from how many to how many. */
export function Users({ ref, value, choose, error }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const { t: common } = useCommon();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const found = limit("QuoteRequest", "/seats") ?? { required: true, type: "integer" };
  const [from, to] = [found.minimum ?? 1, found.maximum ?? Number.POSITIVE_INFINITY];

  const wrong = typed === null ? null : fault(found, typed.trim() === "" ? null : Number(typed));
  useImperativeHandle(ref, () => ({
    check: () => {
      if (wrong) input.current?.focus();
      return wrong === null;
    },
  }));
  const take = (text: string) => {
    setTyped(text);
    const users = Number(text);
    if (text.trim() !== "" && fault(found, users) === null) choose(users);
  };
  const step = (by: number) => {
    setTyped(null);
    choose(Math.min(to, Math.max(from, value + by)));
  };
  const press = (event: KeyboardEvent) => {
    const by = STEPS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    step(by);
  };
  const message = wrong ? common(`field.${wrong.kind}`, { count: wrong.count ?? 0 }) : error;
  return (
    <Field
      label={t("set_up.users")}
      hint={t("set_up.users_hint", { from, to })}
      validationState={message ? "error" : "none"}
      validationMessage={message}
    >
      {(field) => (
        <div className={styles.stepper}>
          <Button
            icon={<SubtractRegular />}
            aria-label={t("set_up.fewer")}
            disabledFocusable={value <= from}
            onClick={() => step(-1)}
          />
          <Input
            {...field}
            ref={input}
            className={styles.input}
            inputMode="numeric"
            autoComplete="off"
            value={typed ?? String(value)}
            onKeyDown={press}
            onChange={(_, data) => take(data.value)}
            // What is wrong stays, with the reason beneath it.
            onBlur={() => wrong || setTyped(null)}
          />
          <Button
            icon={<AddRegular />}
            aria-label={t("set_up.more")}
            disabledFocusable={value >= to}
            onClick={() => step(1)}
          />
        </div>
      )}
    </Field>
  );
}
