import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useMemo, useState } from "react";
import { useDraft } from "@/form/draft";
import { Elsewhere } from "@/frame/Elsewhere";
import { AppLink } from "@/look/AppLink";
import { Nothing } from "@/look/Nothing";
import { Page } from "@/look/Page";
import { ProblemNotice } from "@/look/ProblemNotice";
import { identity } from "@/session/identity";
import type { Person } from "@/session/person";
import { useSession } from "@/session/session";
import { type Choice, useChoice } from "@/visitor/choice";
import { Order } from "@/visitor/Order";
import { PaymentForm } from "@/visitor/PaymentForm";
import { type PurchaseRequest, unanswered } from "@/visitor/purchase";
import { Steps } from "@/visitor/Steps";
import { useTexts } from "@/visitor/texts";
import { useBuying } from "@/visitor/useBuying";
import { useKnownAddress } from "@/visitor/useKnownAddress";
import { useTaxed } from "@/visitor/useOrder";

const useStyles = makeStyles({
  two: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr) 380px",
    gap: tokens.spacingHorizontalXL,
    alignItems: "start",
    "@media (max-width: 860px)": { gridTemplateColumns: "minmax(0, 1fr)" },
  },
  // Read before the form, beside it where there is room.
  order: {
    gridColumn: "2",
    gridRow: "1",
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalXL,
    minWidth: 0,
    "@media (max-width: 860px)": { gridColumn: "1", gridRow: "auto" },
  },
});

/** R10: payment, after sign-in. */
export function Checkout() {
  const { person, is } = useSession();
  const kept = useChoice();
  // Of the page as it was opened: a choice that is cleared after the purchase leads nowhere else.
  const [choice] = useState(() => (person && chosenBefore(person)) ?? kept);
  if (!person) return null;
  if (!choice) return <Elsewhere to="/" />;
  return is("client") ? <Paying first={choice} owner={person.sub} /> : <NoClient person={person} />;
}

/** What a purchase is of that nothing final was heard about: it comes before any other. */
function chosenBefore({ sub }: Person): Choice | null {
  const request = unanswered(sub)?.request;
  return request ? ofRequest(request) : null;
}

function ofRequest({ plan_id, seats, billing_period, link_token }: PurchaseRequest): Choice {
  return { plan_id, seats, billing_period, link_token, seller: null };
}

function NoClient({ person }: { person: Person }) {
  const { t } = useTexts();
  return (
    <Page before={<Steps at="payment" />} title={t("checkout.title")} narrow>
      <Nothing title={t("checkout.not_client_title", { name: person.name })} text={t("checkout.not_client")}>
        <Button onClick={() => void identity.signOut()}>{t("checkout.other_person")}</Button>
      </Nothing>
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

/** The form, and beside it what is paid for. */
export function Paying({ first, owner }: { first: Choice; owner: string }) {
  const styles = useStyles();
  const { t } = useTexts();
  const kept = useChoice();
  const buying = useBuying(owner);
  const { open } = buying;
  const current = kept ?? first;
  const choice = useMemo(() => (open ? ofRequest(open.request) : current), [open, current]);
  const draft = useDraft<Pick<PurchaseRequest, "address">>("PurchaseRequest", () => ({
    address: open ? { ...EMPTY, ...open.request.address } : EMPTY,
  }));
  useKnownAddress(draft);
  const { quoted, quote, refused, askAgain, stale, plan } = useTaxed(choice, draft.value.address);

  return (
    <Page before={<Steps at="payment" />} title={t("checkout.title")}>
      <div className={styles.two}>
        <div className={styles.order}>
          {quoted.error ? (
            <ProblemNotice error={quoted.error} retry={() => void quoted.refetch()} />
          ) : (
            <Order
              quote={quote}
              planName={plan?.name}
              stale={stale}
              actions={!open && <AppLink to="/set-up">{t("checkout.change")}</AppLink>}
            >
              <Text size={200}>{t("checkout.promise")}</Text>
            </Order>
          )}
          {refused && <ProblemNotice error={refused} retry={askAgain} />}
        </div>
        <PaymentForm choice={choice} draft={draft} buying={buying} quote={quote} stale={stale} />
      </div>
    </Page>
  );
}
