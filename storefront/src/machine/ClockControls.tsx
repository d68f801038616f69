import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  Spinner,
  Text,
  tokens,
} from "@fluentui/react-components";
import { MoreHorizontalRegular } from "@fluentui/react-icons";
import { asProblem } from "@/api/problem";
import { language } from "@/i18n";
import { useTexts } from "@/machine/texts";
import { type Moved, useClock } from "@/machine/useClock";

const useStyles = makeStyles({
  time: { fontVariantNumeric: "tabular-nums", fontWeight: tokens.fontWeightSemibold },
  state: { color: tokens.colorNeutralForeground3 },
  said: { color: tokens.colorNeutralForeground2, maxWidth: "46ch" },
});

const MENU = { week: "P7D", month: "P1M", year: "P1Y" } as const;

/** An instant as the sandbox's clock shows it: UTC, whatever the reader's zone. */
function shown(instant: string): string {
  const form = { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" } as const;
  return `${new Intl.DateTimeFormat(language(), form).format(new Date(instant))} UTC`;
}

/** What time it is in the sandbox, and how to make it later. */
export function ClockControls() {
  const styles = useStyles();
  const { t } = useTexts();
  const { shown: clock, move, moving, moved, error } = useClock();
  if (!clock) return <Spinner size="tiny" />;
  const next = clock.next_event;
  return (
    <>
      <Text className={styles.time}>
        <time dateTime={clock.now}>{shown(clock.now)}</time>
      </Text>
      <Text size={200} className={styles.state}>
        {t(clock.stands ? "stands" : "runs")}
      </Text>
      <Button size="small" disabledFocusable={moving} onClick={() => void move({ advance: "PT1H" })}>
        {t("hour")}
      </Button>
      <Button size="small" disabledFocusable={moving} onClick={() => void move({ advance: "P1D" })}>
        {t("day")}
      </Button>
      <Button
        size="small"
        appearance="primary"
        disabledFocusable={moving || next === null}
        title={next ? shown(next) : t("nothing_next")}
        onClick={() => next && void move({ to: next })}
      >
        {t("next")}
      </Button>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Button
            size="small"
            icon={<MoreHorizontalRegular />}
            aria-label={t("more")}
            disabledFocusable={moving}
          />
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {Object.entries(MENU).map(([name, advance]) => (
              <MenuItem key={name} onClick={() => void move({ advance })}>
                {t(name as keyof typeof MENU)}
              </MenuItem>
            ))}
          </MenuList>
        </MenuPopover>
      </Menu>
      <span role="status" className={styles.said}>
        {moving && <Spinner size="tiny" label={t("moving")} />}
        {moved && <What moved={moved} />}
        {error !== null && <Text size={200}>{asProblem(error).message}</Text>}
      </span>
    </>
  );
}

function What({ moved }: { moved: Moved }) {
  const { t } = useTexts();
  const sweeps = Object.entries(moved.fired).map(([name, times]) => `${name} ${times}×`);
  return (
    <Text size={200}>
      {t("moved", { when: shown(moved.now) })}{" "}
      {sweeps.length > 0 && t("fired", { sweeps: sweeps.join(", ") })}{" "}
      {moved.mails > 0 && t("mails", { count: moved.mails })}
    </Text>
  );
}
