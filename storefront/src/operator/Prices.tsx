import { Badge } from "@fluentui/react-components";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { all, plans } from "@/api/queries";
import { useFormats } from "@/i18n/formats";
import { Done } from "@/look/Done";
import { Loaded } from "@/look/Loaded";
import { More } from "@/look/More";
import { Page } from "@/look/Page";
import { Rows } from "@/look/Rows";
import { prices } from "@/operator/queries";
import { SetPrice } from "@/operator/SetPrice";
import { useTexts } from "@/operator/texts";
import { useNow } from "@/time/now";

type Price = Schemas["Price"];

/** What each plan costs, cost, and will cost. */
export function Prices() {
  const { t, language } = useTexts();
  const format = useFormats();
  const query = useInfiniteQuery(prices());
  const names = useQuery(plans(language));
  const today = new Date(useNow()).toISOString().slice(0, "2026-11-22".length);
  const [said, setSaid] = useState("");

  const named = (id: string) => names.data?.data.find((plan) => plan.id === id)?.name ?? id;
  return (
    <Page title={t("tabs.prices")} lead={t("prices.lead")}>
      <Done text={said} />
      <SetPrice plans={names.data?.data ?? []} said={setSaid} />
      <Loaded query={query} lines={8}>
        {(pages) => (
          <Rows
            caption={t("prices.table")}
            columns={[
              t("prices.plan"),
              t("prices.period"),
              t("prices.amount"),
              t("prices.from"),
              t("prices.state"),
            ]}
            rows={all(pages).map((each) => ({
              key: `${each.plan_id} ${each.billing_period} ${each.valid_from}`,
              cells: [
                named(each.plan_id),
                t(`prices.${each.billing_period}`),
                format.money(each.unit_price),
                format.day(each.valid_from),
                <State key="state" of={stateOf(each, all(pages), today)} />,
              ],
            }))}
          />
        )}
      </Loaded>
      <More query={query} />
    </Page>
  );
}

/** Where a row of the list stands today: the newest that has begun is in force. */
export function stateOf(price: Price, list: Price[], today: string): "coming" | "current" | "past" {
  if (price.valid_from > today) return "coming";
  const overtaken = list.some(
    (each) =>
      each.plan_id === price.plan_id &&
      each.billing_period === price.billing_period &&
      each.valid_from <= today &&
      each.valid_from > price.valid_from,
  );
  return overtaken ? "past" : "current";
}

function State({ of }: { of: "coming" | "current" | "past" }) {
  const { t } = useTexts();
  const color = { coming: "brand", current: "success", past: "subtle" } as const;
  return (
    <Badge appearance="tint" color={color[of]}>
      {t(`prices.${of}`)}
    </Badge>
  );
}
