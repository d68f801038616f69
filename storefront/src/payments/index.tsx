import { lazy, type ReactNode, Suspense, useRef, useState } from "react";
import { configuration } from "@/configuration";
import { Lines, Waiting } from "@/look/Loaded";
import type { CardFormProps, Outcome, Provider, SetUpCardFormProps } from "@/payments/provider";

export { CardError, type CardFormHandle } from "@/payments/provider";

/** Only the one that is configured, and only once it is needed. */
function provider(): Promise<Provider> {
  return configuration.payments.kind === "stripe"
    ? import("@/payments/stripe")
    : import("@/payments/sandbox");
}

const Form = lazy(async () => ({ default: (await provider()).CardForm }));
const SetUp = lazy(async () => ({ default: (await provider()).SetUpCardForm }));
const Ask = lazy(async () => ({ default: (await provider()).AskCardholder }));

const waiting = (
  <Waiting>
    <Lines count={2} />
  </Waiting>
);

/** Fields for a card; `ref` has `create`, which answers the provider's id of it. */
export function CardForm(props: CardFormProps) {
  return (
    <Suspense fallback={waiting}>
      <Form {...props} />
    </Suspense>
  );
}

/** Fields for a card to be kept for renewals, and the button that keeps it. */
export function SetUpCardForm(props: SetUpCardFormProps) {
  return (
    <Suspense fallback={waiting}>
      <SetUp {...props} />
    </Suspense>
  );
}

interface Cardholder {
  /** Has the cardholder answer the bank about a payment; answers how it ended. */
  authenticate: (clientSecret: string) => Promise<Outcome>;
  /** To be put on the page: where the bank asks. */
  dialog: ReactNode;
}

/** The bank's question to the cardholder. */
export function useCardholder(): Cardholder {
  const [secret, setSecret] = useState<string | null>(null);
  const answered = useRef<(outcome: Outcome) => void>(() => {});
  return {
    authenticate: (clientSecret) =>
      new Promise((resolve) => {
        answered.current = resolve;
        setSecret(clientSecret);
      }),
    dialog: secret !== null && (
      <Suspense fallback={null}>
        <Ask
          clientSecret={secret}
          onDone={(outcome) => {
            setSecret(null);
            answered.current(outcome);
          }}
        />
      </Suspense>
    ),
  };
}
