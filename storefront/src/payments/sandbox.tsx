import {
  Badge,
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Select,
  Text,
  tokens,
} from "@fluentui/react-components";
import { BeakerRegular } from "@fluentui/react-icons";
import { useImperativeHandle, useState } from "react";
import type { AskCardholderProps, CardFormProps, SetUpCardFormProps } from "@/payments/provider";
import { useTexts } from "@/payments/texts";

/** What a stand-in can hand over: the provider's own test cards, by what they do. */
const CARDS = {
  pm_card_visa: "visa",
  pm_card_mastercard: "mastercard",
  pm_card_amex: "amex",
  pm_card_authenticationRequired: "asks",
  pm_card_authenticationRequiredSetupForOffSession: "asks_once",
  pm_card_visa_chargeDeclinedInsufficientFunds: "insufficient",
  pm_card_visa_chargeDeclined: "declined",
  pm_card_chargeDeclinedExpiredCard: "expired",
  pm_card_chargeDeclinedIncorrectCvc: "cvc",
  pm_card_createDispute: "dispute",
} as const;

type Card = keyof typeof CARDS;

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM, alignItems: "stretch" },
  card: {
    display: "flex",
    alignItems: "center",
    flexWrap: "wrap",
    gap: tokens.spacingHorizontalS,
    color: tokens.colorNeutralForeground2,
  },
  button: { alignSelf: "start" },
  // As wide as there is room: its longest name is wider than a phone.
  choice: { minWidth: 0, "& select": { minWidth: 0, textOverflow: "ellipsis" } },
});

function TestCards({
  card,
  choose,
  disabled,
}: {
  card: Card;
  choose: (card: Card) => void;
  disabled?: boolean;
}) {
  const styles = useStyles();
  const { t } = useTexts();
  return (
    <div className={styles.form}>
      <Field label={t("test_card")} hint={t("test_hint")} className={styles.choice}>
        <Select
          className={styles.choice}
          value={card}
          disabled={disabled}
          onChange={(_, { value }) => choose(value as Card)}
        >
          {Object.entries(CARDS).map(([id, name]) => (
            <option key={id} value={id}>
              {t(`cards.${name}`)}
            </option>
          ))}
        </Select>
      </Field>
      <div className={styles.card}>
        <Badge appearance="outline" icon={<BeakerRegular />}>
          {t("sandbox")}
        </Badge>
        <Text size={200}>{t("instead")}</Text>
      </div>
    </div>
  );
}

/** A card form's place in the sandbox: cards are chosen by what becomes of them. */
export function CardForm({ ref, disabled }: CardFormProps) {
  const [card, choose] = useState<Card>("pm_card_visa");
  useImperativeHandle(ref, () => ({ create: async () => card }), [card]);
  return <TestCards card={card} choose={choose} disabled={disabled} />;
}

/** Keeps a card for renewals, as the provider's own form would. */
export function SetUpCardForm({ clientSecret, onDone }: SetUpCardFormProps) {
  const styles = useStyles();
  const { t } = useTexts();
  const [card, choose] = useState<Card>("pm_card_visa");
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");

  const keep = async () => {
    setBusy(true);
    setWrong("");
    const done = await play("finish-setup", { client_secret: clientSecret, payment_method: card });
    setBusy(false);
    if (done) onDone();
    else setWrong(t("not_kept"));
  };
  return (
    <div className={styles.form}>
      <TestCards card={card} choose={choose} disabled={busy} />
      {wrong && (
        <MessageBar intent="error" layout="multiline" role="alert">
          <MessageBarBody>{wrong}</MessageBarBody>
        </MessageBar>
      )}
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

/** The bank, played by whoever sits here. */
export function AskCardholder({ clientSecret, onDone }: AskCardholderProps) {
  const { t } = useTexts();
  const [busy, setBusy] = useState(false);

  const answer = async (succeed: boolean) => {
    setBusy(true);
    const heard = await play("authenticate", { client_secret: clientSecret, succeed });
    onDone(heard && succeed ? "done" : "failed");
  };
  return (
    <Dialog open modalType="alert">
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t("bank_title")}</DialogTitle>
          <DialogContent>{t("bank_text")}</DialogContent>
          <DialogActions>
            <Button disabledFocusable={busy} onClick={() => void answer(false)}>
              {t("bank_refuse")}
            </Button>
            <Button appearance="primary" disabledFocusable={busy} onClick={() => void answer(true)}>
              {t("bank_confirm")}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

/** What somebody does at the provider; whether it was taken. */
async function play(act: string, body: object): Promise<boolean> {
  try {
    const answer = await fetch(`/sandbox/payments/${act}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return answer.ok;
  } catch {
    return false; // the line is cut
  }
}
