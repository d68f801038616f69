import {
  Button,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Spinner,
  Text,
  tokens,
} from "@fluentui/react-components";
import { useQueryClient } from "@tanstack/react-query";
import { Navigate, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useRef, useState } from "react";
import type { Schemas } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { Quote } from "@/api/queries";
import { AddressFields } from "@/form/AddressFields";
import { useDraft } from "@/form/draft";
import { useFormats } from "@/i18n/formats";
import { Lines, Loaded } from "@/look/Loaded";
import { Nothing } from "@/look/Nothing";
import { Page } from "@/look/Page";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";
import { CardError, type CardFormHandle } from "@/payments";
import { useSession } from "@/session/session";
import { type Choice, choose, useChoice } from "@/visitor/choice";
import { Order } from "@/visitor/Order";
import { PayWith } from "@/visitor/PayWith";
import { Steps } from "@/visitor/Steps";
import { SuggestedAddress } from "@/visitor/SuggestedAddress";
import { useTexts } from "@/visitor/texts";
import { useBuying } from "@/visitor/useBuying";
import { useOrder } from "@/visitor/useOrder";

type PurchaseRequest = Schemas["PurchaseRequest"];

const useStyles = makeStyles({
  two: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr) 380px",
    gap: tokens.spacingHorizontalXL,
    alignItems: "start",
    "@media (max-width: 860px)": { gridTemplateColumns: "minmax(0, 1fr)" },
  },
  column: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXL, minWidth: 0 },
});

/** R10: payment, after sign-in. */
export function Checkout() {
  const { t } = useTexts();
  const choice = useChoice();
  const { person, is } = useSession();
  if (!choice) return <Navigate to="/" replace />;
  if (!is("client")) {
    return (
      <Page before={<Steps at="payment" />} title={t("checkout.title")} narrow>
        <Nothing
          title={t("checkout.not_client_title", { name: person?.name ?? "" })}
          text={t("checkout.not_client")}
        />
      </Page>
    );
  }
  return <Paying choice={choice} />;
}

function Paying({ choice }: { choice: Choice }) {
  const styles = useStyles();
  const { t } = useTexts();
  const { quoted, stale, plan } = useOrder(choice);
  return (
    <Page before={<Steps at="payment" />} title={t("checkout.title")}>
      <Loaded query={quoted} waiting={<Lines count={12} />}>
        {(quote) => (
          <div className={styles.two}>
            <PaymentForm choice={choice} quote={quote} stale={stale} />
            <Order quote={quote} planName={plan?.name ?? quote.plan_id} stale={stale}>
              <Text size={200}>{t("checkout.promise")}</Text>
            </Order>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

const EMPTY: PurchaseRequest["address"] = {
  line1: "",
  line2: null,
  city: "",
  state: "",
  postal_code: "",
  country: "US",
};

function PaymentForm({ choice, quote, stale }: { choice: Choice; quote: Quote; stale: boolean }) {
  const styles = useStyles();
  const { t } = useTexts();
  const format = useFormats();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { buy, busy, dialog } = useBuying();
  const card = useRef<CardFormHandle>(null);
  const [saved, setSaved] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [asking, setAsking] = useState(false);
  const draft = useDraft<Pick<PurchaseRequest, "address">>("PurchaseRequest", { address: EMPTY });
  const problem = error === null ? null : asProblem(error);

  const pay = async () => {
    if (busy || asking || stale || !draft.check({}, "/address")) return;
    setAsking(true);
    setError(null);
    try {
      const payment_method = saved ?? (await card.current?.create()) ?? "";
      const request: PurchaseRequest = {
        plan_id: choice.plan_id as PurchaseRequest["plan_id"],
        seats: choice.seats,
        billing_period: choice.billing_period,
        country: "US",
        payment_method,
        address: { ...draft.value.address, line2: draft.value.address.line2 || null },
        link_token: choice.link_token,
        // Tax depends on the address: what was shown without it is not what will be charged.
        expected_total: quote.tax_status === "not_calculated" ? null : quote.total,
      };
      const bought = await buy(request);
      await navigate({ to: "/subscriptions/$id/welcome", params: { id: bought.id }, replace: true });
      choose(null);
    } catch (failed) {
      if (failed instanceof CardError) return; // said where the card is
      const refused = draft.refuse(failed);
      if (refused.code === "price_changed") void client.invalidateQueries({ queryKey: ["quotes"] });
      setError(refused);
    } finally {
      setAsking(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void pay();
  };
  const working = busy || asking;
  return (
    <form className={styles.column} onSubmit={submit} noValidate ref={draft.form}>
      {dialog}
      <Panel title={t("checkout.address")}>
        <AddressFields draft={draft} />
        <SuggestedAddress
          problem={problem}
          use={(address) => draft.set("/address", { ...EMPTY, ...address })}
        />
      </Panel>
      <Panel title={t("checkout.card")}>
        <PayWith ref={card} saved={saved} choose={setSaved} disabled={working} />
      </Panel>
      {problem?.code === "price_changed" ? (
        <MessageBar intent="warning" layout="multiline" role="alert">
          <MessageBarBody>{t("checkout.new_price")}</MessageBarBody>
        </MessageBar>
      ) : (
        problem && <ProblemNotice error={problem} retry={() => void pay()} />
      )}
      {problem?.passing && <Text size={200}>{t("checkout.once")}</Text>}
      <Button
        type="submit"
        appearance="primary"
        size="large"
        disabledFocusable={working || stale}
        icon={working ? <Spinner size="tiny" /> : undefined}
      >
        {working ? t("checkout.paying") : t("checkout.pay", { amount: format.money(quote.total) })}
      </Button>
    </form>
  );
}
