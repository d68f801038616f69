import { makeStyles } from "@fluentui/react-components";
import { useFormats } from "@/i18n/formats";
import { useNow } from "@/time/now";

const useStyles = makeStyles({
  countdown: { fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" },
});

/** What is left until an instant, second by second; it is seen, and not announced each time. */
export function Countdown({ until }: { until: string }) {
  const styles = useStyles();
  const { countdown } = useFormats();
  const left = countdown(until, useNow());
  return (
    <time dateTime={until} className={styles.countdown} aria-live="off">
      {left || "–"}
    </time>
  );
}
