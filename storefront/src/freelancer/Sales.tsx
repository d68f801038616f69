import { makeStyles, tokens } from "@fluentui/react-components";
import { CartRegular } from "@fluentui/react-icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Schemas } from "@/api/client";
import { all, sales } from "@/api/queries";
import { SaleStatus } from "@/freelancer/SaleStatus";
import { Section } from "@/freelancer/Section";
import { useTexts } from "@/freelancer/texts";
import { useCommon } from "@/i18n/common";
import { useFormats } from "@/i18n/formats";
import { AppLink } from "@/look/AppLink";
import { Loaded } from "@/look/Loaded";
import { More } from "@/look/More";
import { Nothing } from "@/look/Nothing";
import { Rows } from "@/look/Rows";

type Sale = Schemas["Sale"];

const useStyles = makeStyles({
  stack: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXXS },
  quiet: { color: tokens.colorNeutralForeground3 },
});

/** What was bought through the freelancer; of the client no more than the name, unless it is delegated. */
export function Sales() {
  const styles = useStyles();
  const { t } = useTexts();
  const { t: common } = useCommon();
  const format = useFormats();
  const query = useInfiniteQuery(sales());

  const managedBy = (sale: Sale): ReactNode => {
    if (sale.delegation.status === "approved") return t("sales.you");
    if (sale.delegation.status === "requested") {
      return (
        <AppLink to="/freelancer/delegations" inline>
          {t("sales.asked")}
        </AppLink>
      );
    }
    return t("sales.client_does");
  };
  return (
    <Section title={t("sales.title")}>
      <Loaded query={query} lines={6}>
        {(pages) =>
          all(pages).length ? (
            <Rows
              caption={t("sales.caption")}
              columns={[
                t("sales.client"),
                t("sales.plan"),
                t("sales.status"),
                t("sales.bought"),
                t("sales.delegation"),
              ]}
              rows={all(pages).map((sale) => ({
                key: sale.id,
                cells: [
                  sale.delegation.status === "approved" ? (
                    <AppLink key="client" to="/subscriptions/$id" params={{ id: sale.id }}>
                      {sale.client.name}
                    </AppLink>
                  ) : (
                    sale.client.name
                  ),
                  <span key="plan" className={styles.stack}>
                    {sale.plan.name}
                    <span className={styles.quiet}>
                      {common("say.users", { count: sale.seats })} ·{" "}
                      {common(sale.billing_period === "monthly" ? "say.monthly" : "say.yearly")}
                    </span>
                  </span>,
                  <SaleStatus key="status" sale={sale} />,
                  format.day(sale.purchased_at),
                  managedBy(sale),
                ],
              }))}
            />
          ) : (
            <Nothing picture={<CartRegular />} title={t("sales.none")} text={t("sales.none_text")} />
          )
        }
      </Loaded>
      <More query={query} />
    </Section>
  );
}
