import { Badge, type BadgeProps } from "@fluentui/react-components";
import {
  CheckmarkCircleRegular,
  ClockAlarmRegular,
  ErrorCircleRegular,
  QuestionCircleRegular,
} from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { Schemas } from "@/api/client";
import { useFormats } from "@/i18n/formats";
import { Loaded } from "@/look/Loaded";
import { Page } from "@/look/Page";
import { Rows } from "@/look/Rows";
import { sweeps } from "@/operator/queries";
import { useTexts } from "@/operator/texts";
import { useNow } from "@/time/now";

type Sweep = Schemas["SweepList"]["data"][number];

const LOOKS: Record<Sweep["state"], { color: BadgeProps["color"]; icon: ReactElement }> = {
  ok: { color: "success", icon: <CheckmarkCircleRegular /> },
  late: { color: "warning", icon: <ClockAlarmRegular /> },
  failing: { color: "danger", icon: <ErrorCircleRegular /> },
  never_ran: { color: "subtle", icon: <QuestionCircleRegular /> },
};

const MINUTES_OF_AN_HOUR = 60;
const MINUTES_OF_A_DAY = 24 * MINUTES_OF_AN_HOUR;

/** The schedules, and how far behind they are. */
export function Sweeps() {
  const { t, said, language } = useTexts();
  const format = useFormats();
  const query = useQuery(sweeps());
  const now = useNow();

  const every = (minutes: number) => {
    const [value, unit] =
      minutes >= MINUTES_OF_A_DAY
        ? [minutes / MINUTES_OF_A_DAY, "day"]
        : minutes >= MINUTES_OF_AN_HOUR
          ? [minutes / MINUTES_OF_AN_HOUR, "hour"]
          : [minutes, "minute"];
    return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(value);
  };
  const waiting = ({ waiting }: Sweep) => {
    const count = waiting.more
      ? t("sweeps.more", { count: format.number(waiting.count) as never })
      : format.number(waiting.count);
    if (!waiting.oldest_due_at) return count;
    return `${count} · ${t("sweeps.oldest", { when: format.relative(waiting.oldest_due_at, now) })}`;
  };
  const lastRun = ({ last_run }: Sweep) => {
    if (!last_run) return t("sweeps.never");
    const when = format.relative(last_run.started_at, now);
    return last_run.left ? `${when} · ${t("sweeps.left")}` : when;
  };
  return (
    <Page title={t("tabs.sweeps")} lead={t("sweeps.lead")}>
      <Loaded query={query} lines={10}>
        {({ data }) => (
          <Rows
            caption={t("sweeps.table")}
            columns={[
              t("sweeps.name"),
              t("sweeps.state"),
              t("sweeps.every"),
              t("sweeps.last"),
              t("sweeps.handled"),
              t("sweeps.failed"),
              t("sweeps.waiting"),
            ]}
            rows={data.map((each) => ({
              key: each.name,
              cells: [
                said(`names.${each.name}`, each.name),
                <Badge
                  key="state"
                  appearance="tint"
                  color={LOOKS[each.state].color}
                  icon={LOOKS[each.state].icon}
                >
                  {t(`sweeps.states.${each.state}`)}
                </Badge>,
                every(each.every_minutes),
                lastRun(each),
                each.last_run && format.number(each.last_run.handled),
                each.last_run && format.number(each.last_run.failed),
                waiting(each),
              ],
            }))}
          />
        )}
      </Loaded>
    </Page>
  );
}
