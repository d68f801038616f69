import type { Schemas } from "@/api/client";
import { useTexts } from "@/freelancer/texts";
import { StatusBadge } from "@/look/StatusBadge";

/** The status of what was sold: whose account is awaited is the client, not the reader. */
export function SaleStatus({ sale }: { sale: Schemas["Sale"] }) {
  const { t } = useTexts();
  return (
    <StatusBadge status={sale.status} label={sale.status === "pending" ? t("sales.pending") : undefined} />
  );
}
