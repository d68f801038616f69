import { Badge, Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { PaymentRegular } from "@fluentui/react-icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body, type Schemas } from "@/api/client";
import { cards } from "@/api/queries";
import { AddCard } from "@/billing/AddCard";
import { brandName } from "@/billing/brand";
import { useTexts } from "@/billing/texts";
import { Done } from "@/look/Done";
import { Lines, Loaded } from "@/look/Loaded";
import { Nothing } from "@/look/Nothing";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";
import { Unseen } from "@/look/Unseen";

type Card = Schemas["PaymentMethod"];

const useStyles = makeStyles({
  list: { display: "flex", flexDirection: "column", margin: 0, padding: 0, listStyleType: "none" },
  card: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: tokens.spacingHorizontalL,
    minHeight: "56px",
    paddingBlock: tokens.spacingVerticalS,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    ":first-child": { borderTopStyle: "none" },
  },
  picture: { fontSize: "28px", lineHeight: 1, color: tokens.colorNeutralForeground3 },
  words: { display: "flex", flexDirection: "column", flexGrow: 1, minWidth: "180px" },
  quiet: { color: tokens.colorNeutralForeground3 },
});

/** The cards that the payment provider keeps for the client, and which one pays from now on. */
export function Cards() {
  const styles = useStyles();
  const { t } = useTexts();
  const query = useQuery(cards());
  const client = useQueryClient();
  const [said, setSaid] = useState("");
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);

  const choose = async (card: Card) => {
    if (busy) return;
    setBusy(card.id);
    setSaid("");
    setError(null);
    try {
      await body(api.PUT("/v1/payment-methods/default", { body: { payment_method: card.id } }));
      await client.invalidateQueries({ queryKey: cards().queryKey });
      // A declined renewal waits for its next try with the new card.
      void client.invalidateQueries({ queryKey: ["subscription"] });
      setSaid(
        t("cards.chosen", { card: t("cards.ends", { brand: brandName(card.brand), last4: card.last4 }) }),
      );
    } catch (failed) {
      setError(failed);
    } finally {
      setBusy(null);
    }
  };
  const added = () => {
    void client.invalidateQueries({ queryKey: cards().queryKey });
    setSaid(t("cards.added"));
  };
  return (
    <Panel title={t("cards.title")}>
      <Done text={said} />
      {error !== null && <ProblemNotice error={error} />}
      <Loaded query={query} waiting={<Lines count={2} />}>
        {({ data }) =>
          data.length ? (
            <>
              {!data.some((card) => card.default) && (
                <Text className={styles.quiet}>{t("cards.no_default")}</Text>
              )}
              <ul className={styles.list}>
                {data.map((card) => (
                  <CardLine
                    key={card.id}
                    card={card}
                    busy={busy === card.id}
                    choose={() => void choose(card)}
                  />
                ))}
              </ul>
            </>
          ) : (
            <Nothing picture={<PaymentRegular />} title={t("cards.none")} text={t("cards.none_text")} />
          )
        }
      </Loaded>
      <AddCard begin={() => setSaid("")} added={added} />
    </Panel>
  );
}

function CardLine({ card, busy, choose }: { card: Card; busy: boolean; choose: () => void }) {
  const styles = useStyles();
  const { t } = useTexts();
  const name = t("cards.ends", { brand: brandName(card.brand), last4: card.last4 });
  const month = String(card.exp_month).padStart(2, "0");
  return (
    <li className={styles.card}>
      <PaymentRegular className={styles.picture} aria-hidden="true" />
      <span className={styles.words}>
        <Text weight="semibold">
          <span aria-hidden="true">
            {brandName(card.brand)} •••• {card.last4}
          </span>
          <Unseen>{name}</Unseen>
        </Text>
        <Text size={200} className={styles.quiet}>
          {t("cards.expires", { month, year: card.exp_year })}
        </Text>
      </span>
      {card.default ? (
        <Badge appearance="tint" color="brand" size="large">
          {t("cards.default")}
        </Badge>
      ) : (
        <Button disabledFocusable={busy} aria-label={`${t("cards.use")}: ${name}`} onClick={choose}>
          {t(busy ? "cards.using" : "cards.use")}
        </Button>
      )}
    </li>
  );
}
