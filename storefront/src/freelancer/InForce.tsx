import { makeStyles, tokens } from "@fluentui/react-components";
import type { Schemas } from "@/api/client";
import { SaleStatus } from "@/freelancer/SaleStatus";
import { useTexts } from "@/freelancer/texts";
import { useCommon } from "@/i18n/common";
import { useFormats } from "@/i18n/formats";
import { AppLink } from "@/look/AppLink";
import { Rows } from "@/look/Rows";

const useStyles = makeStyles({
  stack: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXXS },
  quiet: { color: tokens.colorNeutralForeground3, overflowWrap: "anywhere" },
});

/** Subscriptions that the freelancer manages, each with the way to its own pages. */
export function InForce({ sales }: { sales: Schemas["Sale"][] }) {
  const styles = useStyles();
  const { t } = useTexts();
  const { t: common } = useCommon();
  const format = useFormats();
  return (
    <Rows
      caption={t("delegations.in_force_caption")}
      columns={[
        t("delegations.client"),
        t("delegations.plan"),
        t("delegations.status"),
        t("delegations.since"),
        t("delegations.access"),
      ]}
      rows={sales.map((sale) => ({
        key: sale.id,
        cells: [
          <span key="client" className={styles.stack}>
            <AppLink to="/subscriptions/$id" params={{ id: sale.id }}>
              {sale.client.name}
            </AppLink>
            {sale.client.email && <span className={styles.quiet}>{sale.client.email}</span>}
          </span>,
          <span key="plan" className={styles.stack}>
            {sale.plan.name}
            <span className={styles.quiet}>{common("say.users", { count: sale.seats })}</span>
          </span>,
          <SaleStatus key="status" sale={sale} />,
          sale.delegation.decided_at && format.day(sale.delegation.decided_at),
          t(`delegations.access_${sale.delegation.microsoft_access.status}`),
        ],
      }))}
    />
  );
}
