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

/** One of the seven statuses, in plain words. */
export function StatusBadge({ status }: { status: Status }) {
  const { t } = useCommon();
  return (
    <Badge appearance="tint" size="large" color={COLORS[status]} style={{ whiteSpace: "nowrap" }}>
      {t(`status.${status}`)}
    </Badge>
  );
}
