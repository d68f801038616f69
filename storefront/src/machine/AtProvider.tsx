import { Button, Field, Input, makeStyles, Select, Text, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useFormats } from "@/i18n/formats";
import { Loaded } from "@/look/Loaded";
import { ProblemNotice } from "@/look/ProblemNotice";
import { Lines } from "@/machine/Lines";
import { type AtProvider as Answer, atProvider } from "@/machine/sandbox";
import { useTexts } from "@/machine/texts";
import { useAct } from "@/machine/useAct";
import { when } from "@/machine/when";

const OUTCOMES = ["decline", "error", "timeout"] as const;
const MOST = 20;

const useStyles = makeStyles({
  form: { display: "flex", flexWrap: "wrap", alignItems: "end", gap: tokens.spacingHorizontalM },
  outcome: { flexGrow: 1, minWidth: "200px" },
  count: { width: "88px" },
  number: { minWidth: 0 },
});

/** The charges and refunds that the payment provider has seen, and what becomes of the next charges. */
export function AtProvider() {
  const { t, said } = useTexts();
  const format = useFormats();
  const query = useQuery({ ...atProvider(), staleTime: 0 });

  const more = (each: Answer["data"][number]) => [
    said(`payment_status.${each.status}`, each.status),
    ...(each.decline_code ? [each.decline_code] : []),
    when(each.created_at),
    ...(each.times_seen > 1 ? [t("times_seen", { count: each.times_seen })] : []),
  ];
  return (
    <Loaded query={query} lines={4}>
      {({ data, planned }) => (
        <>
          <Next planned={planned} />
          {data.length === 0 ? (
            <Text>{t("payments_none")}</Text>
          ) : (
            <Lines
              label={t("payments")}
              lines={data.toReversed().map((each) => ({
                key: each.id,
                what: t(each.kind),
                more: more(each),
                end: <Text weight="semibold">{format.money(each.amount)}</Text>,
              }))}
            />
          )}
        </>
      )}
    </Loaded>
  );
}

function Next({ planned }: { planned: Answer["planned"] }) {
  const styles = useStyles();
  const { t, said } = useTexts();
  const [outcome, setOutcome] = useState<string>(OUTCOMES[0]);
  const [count, setCount] = useState("1");
  const { act, busy, error } = useAct();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void act("/sandbox/payments/next", "", { outcome, count: Number(count) });
  };
  return (
    <>
      <form className={styles.form} onSubmit={submit}>
        <Field label={t("next_charges")} className={styles.outcome}>
          <Select value={outcome} onChange={(_, { value }) => setOutcome(value)}>
            {OUTCOMES.map((each) => (
              <option key={each} value={each}>
                {t(`outcomes.${each}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t("charges")} className={styles.count}>
          <Input
            type="number"
            className={styles.number}
            min={1}
            max={MOST}
            required
            value={count}
            onChange={(_, { value }) => setCount(value)}
          />
        </Field>
        <Button type="submit" disabledFocusable={busy !== null}>
          {t("plan_it")}
        </Button>
      </form>
      {error !== null && <ProblemNotice error={error} />}
      <Text role="status">
        {planned.length > 0 &&
          t("planned", { what: planned.map((each) => said(`outcomes.${each}`, each)).join(", ") })}
      </Text>
    </>
  );
}
