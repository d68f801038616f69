import { makeStyles, SkeletonItem, Text, tokens, typographyStyles } from "@fluentui/react-components";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { all, events } from "@/api/queries";
import { icon, reasonOf, saidAs } from "@/client/happened";
import { useTexts } from "@/client/texts";
import type { Viewer } from "@/client/viewer";
import { useFormats } from "@/i18n/formats";
import { Loaded } from "@/look/Loaded";
import { More } from "@/look/More";
import { Panel } from "@/look/Panel";

type Event = Schemas["Event"];

const useStyles = makeStyles({
  days: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXL },
  day: { ...typographyStyles.body1Strong, margin: 0, marginBottom: tokens.spacingVerticalM },
  events: { listStyleType: "none", margin: 0, padding: 0 },
  event: {
    display: "grid",
    gridTemplateColumns: "32px minmax(0, 1fr)",
    columnGap: tokens.spacingHorizontalM,
    paddingBottom: tokens.spacingVerticalL,
    position: "relative",
    // The line that leads from one to the next.
    "::before": {
      content: '""',
      position: "absolute",
      left: "15px",
      top: "32px",
      bottom: 0,
      width: "2px",
      backgroundColor: tokens.colorNeutralStroke2,
    },
    ":last-child": { paddingBottom: 0, "::before": { display: "none" } },
  },
  icon: {
    display: "grid",
    placeItems: "center",
    width: "32px",
    height: "32px",
    borderRadius: tokens.borderRadiusCircular,
    backgroundColor: tokens.colorBrandBackground2,
    color: tokens.colorBrandForeground2,
    fontSize: "18px",
  },
  said: { display: "flex", flexDirection: "column", paddingTop: "6px", minWidth: 0 },
  quiet: { color: tokens.colorNeutralForeground3 },
  reason: { color: tokens.colorNeutralForeground2, overflowWrap: "anywhere" },
  waiting: { marginBottom: tokens.spacingVerticalL },
});

interface Given {
  id: string;
  version: number;
  viewer: Viewer;
}

/** Everything that happened to a subscription, newest first, by the days of the reader. */
export function Timeline({ id, version, viewer }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const { day } = useFormats();
  // A new version of the subscription is a new line here.
  const query = useInfiniteQuery({
    ...events(id),
    queryKey: [...events(id).queryKey, version] as const,
    placeholderData: (before) => before,
  });

  return (
    <Panel title={t("history.title")}>
      <Loaded
        query={query}
        waiting={[0, 1, 2, 3].map((each) => <SkeletonItem key={each} size={40} className={styles.waiting} />)}
      >
        {(data) => (
          <div className={styles.days}>
            {all(data).length === 0 && <Text>{t("history.none")}</Text>}
            {byDay(all(data), day).map(([name, happened]) => (
              <section key={name} aria-label={name}>
                <h3 className={styles.day}>{name}</h3>
                <ol className={styles.events} reversed>
                  {happened.map((event) => (
                    <Line key={event.version} event={event} viewer={viewer} />
                  ))}
                </ol>
              </section>
            ))}
            <More query={query} />
          </div>
        )}
      </Loaded>
    </Panel>
  );
}

function Line({ event, viewer }: { event: Event; viewer: Viewer }) {
  const styles = useStyles();
  const { t, said } = useTexts();
  const { time } = useFormats();
  const { by } = event;
  const who =
    by.role === "system"
      ? t("history.by_itself")
      : t(by.delegated ? "history.by_delegate" : "history.by", { name: by.name, context: viewer });
  const reason = reasonOf(event);
  return (
    <li className={styles.event}>
      <span className={styles.icon} aria-hidden="true">
        {icon(event)}
      </span>
      <div className={styles.said}>
        <Text>{said(`happened.${saidAs(event)}`, event.event)}</Text>
        {reason && <Text className={styles.reason}>{t("history.reason", { reason })}</Text>}
        <Text size={200} className={styles.quiet}>
          <time dateTime={event.at}>{time(event.at)}</time>, {who}
        </Text>
      </div>
    </li>
  );
}

/** Lines that are next to each other and of the same day, together. */
export function byDay(happened: Event[], day: (at: string) => string): [string, Event[]][] {
  const days: [string, Event[]][] = [];
  for (const event of happened) {
    const name = day(event.at);
    const last = days.at(-1);
    if (last?.[0] === name) last[1].push(event);
    else days.push([name, [event]]);
  }
  return days;
}
