import { Badge, type BadgeProps } from "@fluentui/react-components";
import type { FreelancerState } from "@/operator/queries";
import { useTexts } from "@/operator/texts";

const COLORS: Record<FreelancerState, BadgeProps["color"]> = {
  enrolled: "success",
  invited: "informative",
  applied: "warning",
  approved: "brand",
  rejected: "danger",
  left: "subtle",
  removed: "subtle",
};

/** Where somebody stands in the program, in plain words. */
export function StateBadge({ state }: { state: FreelancerState }) {
  const { t } = useTexts();
  return (
    <Badge appearance="tint" size="large" color={COLORS[state]} style={{ whiteSpace: "nowrap" }}>
      {t(`freelancers.states.${state}`)}
    </Badge>
  );
}
