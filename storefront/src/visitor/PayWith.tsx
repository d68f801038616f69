import { makeStyles, Radio, RadioGroup, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { type Ref, useLayoutEffect } from "react";
import { cards } from "@/api/queries";
import { brandName } from "@/billing/brand";
import { Lines, Waiting } from "@/look/Loaded";
import { CardForm, type CardFormHandle } from "@/payments";
import { useTexts } from "@/visitor/texts";

const NEW = "new";

const useStyles = makeStyles({
  ways: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalM },
});

interface Given {
  ref: Ref<CardFormHandle>;
  /** A card that the provider keeps; null for one that is typed in. */
  saved: string | null;
  choose: (id: string | null) => void;
  disabled: boolean;
}

/** A card that is known already, or another one. */
export function PayWith({ ref, saved, choose, disabled }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const known = useQuery(cards());
  const kept = known.data?.data ?? [];
  const first = (kept.find((each) => each.default) ?? kept[0])?.id ?? null;

  // Whoever has a card pays with it, unless they say otherwise; settled before anything is drawn.
  useLayoutEffect(() => choose(first), [first, choose]);

  if (known.isPending) {
    return (
      <Waiting>
        <Lines count={2} />
      </Waiting>
    );
  }
  return (
    <div className={styles.ways}>
      {kept.length > 0 && (
        <RadioGroup
          aria-label={t("checkout.which")}
          value={saved ?? NEW}
          disabled={disabled}
          onChange={(_, { value }) => choose(value === NEW ? null : value)}
        >
          {kept.map(({ id, brand, last4, exp_month, exp_year }) => (
            <Radio
              key={id}
              value={id}
              label={t("checkout.saved", {
                brand: brandName(brand),
                last4,
                month: String(exp_month).padStart(2, "0"),
                year: exp_year,
              })}
            />
          ))}
          <Radio value={NEW} label={t("checkout.new")} />
        </RadioGroup>
      )}
      {saved === null && <CardForm ref={ref} disabled={disabled} />}
    </div>
  );
}
