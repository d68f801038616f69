import {
  Button,
  Field,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  makeStyles,
  Spinner,
  Text,
  tokens,
} from "@fluentui/react-components";
import { CardElement, Elements, useElements, useStripe } from "@stripe/react-stripe-js";
import type { Stripe } from "@stripe/stripe-js";
import { loadStripe } from "@stripe/stripe-js/pure";
import { type ReactNode, useEffect, useImperativeHandle, useState } from "react";
import { configuration } from "@/configuration";
import { useCommon } from "@/i18n/common";
import { Lines, Waiting } from "@/look/Loaded";
import { useIsDark } from "@/look/theme";
import {
  type AskCardholderProps,
  CardError,
  type CardFormProps,
  type Outcome,
  type SetUpCardFormProps,
} from "@/payments/provider";
import { useTexts } from "@/payments/texts";

let loading: Promise<Stripe | null> | null = null;

/** Stripe's own script, from Stripe's own host, once; null where it cannot be had, and then asked for anew. */
function stripe(): Promise<Stripe | null> {
  const { payments } = configuration;
  if (payments.kind !== "stripe") return Promise.resolve(null);
  loading ??= loadStripe(payments.publishable_key).catch(() => {
    loading = null;
    return null;
  });
  return loading;
}

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
  card: {
    padding: `${tokens.spacingVerticalMNudge} ${tokens.spacingHorizontalM}`,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderBottomColor: tokens.colorNeutralStrokeAccessible,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  button: { alignSelf: "start" },
});

// The field is in a frame of Stripe's, where our tokens are not: text and faint text, light and dark.
const INKS = {
  light: { text: "#242424", faint: "#616161" },
  dark: { text: "#ffffff", faint: "#adadad" },
} as const;

function Fields({ children }: { children: ReactNode }) {
  const { t, language } = useTexts();
  const { t: common } = useCommon();
  const [provider, setProvider] = useState<Stripe | null>();
  const [time, setTime] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each time anew
  useEffect(() => {
    let here = true;
    void stripe().then((found) => here && setProvider(found));
    return () => {
      here = false;
    };
  }, [time]);

  if (provider === undefined) {
    return (
      <Waiting>
        <Lines count={2} />
      </Waiting>
    );
  }
  if (provider === null) {
    const again = () => {
      setProvider(undefined);
      setTime(time + 1);
    };
    return (
      <MessageBar intent="error" layout="multiline" role="alert">
        <MessageBarBody>{t("no_field")}</MessageBarBody>
        <MessageBarActions>
          <Button onClick={again}>{common("act.try_again")}</Button>
        </MessageBarActions>
      </MessageBar>
    );
  }
  return (
    <Elements key={language} stripe={provider} options={{ locale: language }}>
      {children}
    </Elements>
  );
}

function Card({ wrong, disabled }: { wrong: string; disabled?: boolean }) {
  const styles = useStyles();
  const { t } = useTexts();
  const elements = useElements();
  const ink = INKS[useIsDark() ? "dark" : "light"];
  const style = { base: { fontSize: "16px", color: ink.text, "::placeholder": { color: ink.faint } } };
  // What is refused is to be mended, once it can be: a field that is disabled takes no focus.
  useEffect(() => {
    if (wrong && !disabled) elements?.getElement(CardElement)?.focus();
  }, [wrong, disabled, elements]);

  return (
    <Field
      label={t("card")}
      validationState={wrong ? "error" : "none"}
      validationMessage={wrong || undefined}
    >
      <div className={styles.card}>
        <CardElement options={{ style, hidePostalCode: true, disabled }} />
      </div>
    </Field>
  );
}

/** Stripe's card field; what is typed goes to Stripe alone. */
export function CardForm(props: CardFormProps) {
  return (
    <Fields>
      <NewCard {...props} />
    </Fields>
  );
}

function NewCard({ ref, disabled }: CardFormProps) {
  const { t } = useTexts();
  const provider = useStripe();
  const elements = useElements();
  const [wrong, setWrong] = useState("");

  useImperativeHandle(
    ref,
    () => ({
      create: async () => {
        const refuse = (message: string) => {
          setWrong(message);
          return new CardError(message);
        };
        const card = elements?.getElement(CardElement);
        if (!provider || !card) throw refuse(t("not_loaded"));
        const { paymentMethod, error } = await provider.createPaymentMethod({ type: "card", card });
        if (error) throw refuse(error.message ?? t("not_taken"));
        setWrong("");
        return paymentMethod.id;
      },
    }),
    [elements, provider, t],
  );
  return <Card wrong={wrong} disabled={disabled} />;
}

/** Keeps a card for renewals; the bank may ask on the way. */
export function SetUpCardForm(props: SetUpCardFormProps) {
  return (
    <Fields>
      <KeptCard {...props} />
    </Fields>
  );
}

function KeptCard({ clientSecret, onDone }: SetUpCardFormProps) {
  const styles = useStyles();
  const { t } = useTexts();
  const provider = useStripe();
  const elements = useElements();
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");

  const keep = async () => {
    const card = elements?.getElement(CardElement);
    if (!provider || !card) return setWrong(t("not_loaded"));
    setBusy(true);
    setWrong("");
    const { error } = await provider.confirmCardSetup(clientSecret, { payment_method: { card } });
    setBusy(false);
    if (error) setWrong(error.message ?? t("not_kept"));
    else onDone();
  };
  return (
    <div className={styles.form}>
      <Card wrong={wrong} disabled={busy} />
      <Button
        appearance="primary"
        className={styles.button}
        disabledFocusable={busy}
        onClick={() => void keep()}
      >
        {t("keep")}
      </Button>
    </div>
  );
}

/** Stripe opens the bank's window by itself. */
export function AskCardholder({ clientSecret, onDone }: AskCardholderProps) {
  const { t } = useTexts();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the bank is asked once a payment
  useEffect(() => {
    void ask(clientSecret).then(onDone, () => onDone("failed"));
  }, [clientSecret]);
  return (
    <Text role="status">
      <Spinner size="tiny" label={t("bank_waiting")} />
    </Text>
  );
}

async function ask(clientSecret: string): Promise<Outcome> {
  const provider = await stripe();
  if (!provider) return "failed";
  const { paymentIntent: found } = await provider.retrievePaymentIntent(clientSecret);
  const card = found?.last_payment_error?.payment_method;
  // A renewal was tried while nobody was there: it is confirmed anew, with the card that it was tried with.
  const { paymentIntent, error } =
    found?.status === "requires_payment_method" && card
      ? await provider.confirmCardPayment(clientSecret, { payment_method: card.id })
      : await provider.handleNextAction({ clientSecret });
  if (error || !paymentIntent) return "failed";
  return ["succeeded", "processing", "requires_capture"].includes(paymentIntent.status) ? "done" : "failed";
}
