import { Button, makeStyles, Spinner, Text, tokens } from "@fluentui/react-components";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { asProblem } from "@/api/problem";
import type { Quote, Subscription } from "@/api/queries";
import { AddressFields } from "@/form/AddressFields";
import type { Draft } from "@/form/draft";
import { useFormats } from "@/i18n/formats";
import { Panel } from "@/look/Panel";
import { CardError, type CardFormHandle } from "@/payments";
import { type Choice, forget } from "@/visitor/choice";
import { PayWith } from "@/visitor/PayWith";
import type { PurchaseRequest } from "@/visitor/purchase";
import { Refused } from "@/visitor/Refused";
import { oneLine, SuggestedAddress } from "@/visitor/SuggestedAddress";
import { useTexts } from "@/visitor/texts";
import { Unanswered } from "@/visitor/Unanswered";
import type { useBuying } from "@/visitor/useBuying";
import { isFinal } from "@/visitor/useOrder";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXL, minWidth: 0 },
  quiet: { color: tokens.colorNeutralForeground2 },
});

interface Given {
  choice: Choice;
  draft: Draft<Pick<PurchaseRequest, "address">>;
  buying: ReturnType<typeof useBuying>;
  quote: Quote | undefined;
  stale: boolean;
}

/** Address and card; what is paid is what the quote says. */
export function PaymentForm({ choice, draft, buying, quote, stale }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const format = useFormats();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { open, busy } = buying;
  const card = useRef<CardFormHandle>(null);
  const primary = useRef<HTMLButtonElement>(null);
  const [saved, setSaved] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [asking, setAsking] = useState(false);
  const [early, setEarly] = useState(false);
  const problem = error === null ? null : asProblem(error);
  const working = busy || asking;

  // What was clicked may be gone: the way on is in its place.
  useEffect(() => {
    if (error !== null && document.activeElement === document.body) primary.current?.focus();
  }, [error]);

  const request = async (priced: Quote): Promise<PurchaseRequest> => {
    const payment_method = saved ?? (await card.current?.create()) ?? "";
    const { plan_id, seats, billing_period, link_token } = choice;
    const { address } = draft.value;
    return {
      plan_id,
      seats,
      billing_period,
      country: "US",
      payment_method,
      address: { ...address, line2: address.line2 || null },
      link_token,
      expected_total: isFinal(priced) ? priced.total : null,
    };
  };
  const act = async (buy: () => Promise<Subscription>) => {
    if (working) return;
    setAsking(true);
    setError(null);
    try {
      const bought = await buy();
      await navigate({ to: "/subscriptions/$id/welcome", params: { id: bought.id }, replace: true });
      forget();
    } catch (failed) {
      if (failed instanceof CardError) return; // said where the card is
      const refused = draft.refuse(failed);
      if (refused.code === "price_changed") {
        for (const key of ["quotes", "plans", "links"]) void client.invalidateQueries({ queryKey: [key] });
      }
      setError(refused);
    } finally {
      setAsking(false);
    }
  };
  const pay = () => {
    if (!quote || stale || !draft.check({}, "/address")) return;
    const ready = saved !== null || card.current !== null;
    setEarly(!ready);
    if (!ready) return;
    void act(async () => buying.buy(await request(quote)));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!open) pay();
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate ref={draft.form}>
      {buying.dialog}
      <Panel title={t("checkout.address")}>
        {open ? (
          <Text className={styles.quiet}>{oneLine(open.request.address)}</Text>
        ) : (
          <AddressFields draft={draft} />
        )}
        <Text size={200} className={styles.quiet}>
          {t("checkout.country")}
        </Text>
        <SuggestedAddress
          problem={problem}
          use={(address) => {
            for (const [name, value] of Object.entries(address)) draft.set(`/address/${name}`, value);
            setError(null);
          }}
        />
      </Panel>
      <Panel title={t("checkout.card")}>
        {open ? (
          <Text className={styles.quiet}>{t("checkout.same_card")}</Text>
        ) : (
          <PayWith ref={card} saved={saved} choose={setSaved} disabled={working} />
        )}
        {early && <Text role="alert">{t("checkout.no_card")}</Text>}
      </Panel>
      {problem && !open && <Refused problem={problem} retry={pay} settled={() => setError(null)} />}
      {open ? (
        <Unanswered
          ref={primary}
          problem={problem}
          working={working}
          again={() => void act(() => buying.again(open))}
          giveUp={() => {
            buying.giveUp();
            setError(null);
          }}
        />
      ) : (
        <Button
          ref={primary}
          type="submit"
          appearance="primary"
          size="large"
          disabledFocusable={working || stale || !quote}
          icon={working ? <Spinner size="tiny" /> : undefined}
        >
          {working
            ? t("checkout.paying")
            : quote && isFinal(quote)
              ? t("checkout.pay", { amount: format.money(quote.total) })
              : t("checkout.pay_unknown")}
        </Button>
      )}
    </form>
  );
}
