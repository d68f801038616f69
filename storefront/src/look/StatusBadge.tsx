import { Badge, type BadgeProps } from "@fluentui/react-components";
import type { Status } from "@/api/queries";
import { useCommon } from "@/i18n/common";

const COLORS: Record<Status, BadgeProps["color"]> = {
  pending: "warning",
  connecting: "brand",
  failed: "danger",
  active: "success",
  suspended: "danger",
  expired: "severe",
  canceled: "subtle",
};

/** One of the seven statuses, in plain words; `label` where they are other words, as for somebody else's subscription. */
export function StatusBadge({ status, label }: { status: Status; label?: string }) {
  const { t } = useCommon();
  return (
    <Badge appearance="tint" size="large" color={COLORS[status]} style={{ whiteSpace: "nowrap" }}>
      {label ?? t(`status.${status}`)}
    </Badge>
  );
}
