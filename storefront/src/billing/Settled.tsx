import { Badge, type BadgeProps } from "@fluentui/react-components";
import type { Schemas } from "@/api/client";
import { useTexts } from "@/billing/texts";

const COLORS: Record<Schemas["Settlement"], BadgeProps["color"]> = {
  paid: "success",
  refunded: "success",
  refund_pending: "warning",
  refund_failed: "danger",
};

/** Where the money of a document stands. */
export function Settled({ status }: { status: Schemas["Settlement"] }) {
  const { t } = useTexts();
  return (
    <Badge appearance="tint" color={COLORS[status]} style={{ whiteSpace: "nowrap" }}>
      {t(`settlement.${status}`)}
    </Badge>
  );
}

/** That a document gives money back. */
export function CreditNoteBadge() {
  const { t } = useTexts();
  return (
    <Badge appearance="outline" color="informative" style={{ whiteSpace: "nowrap" }}>
      {t("kind.credit_note")}
    </Badge>
  );
}
