import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { CheckmarkCircleFilled } from "@fluentui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { type Subscription, subscription } from "@/api/queries";
import { useCommon } from "@/i18n/common";
import { useFormats } from "@/i18n/formats";
import { AppLink, ButtonLink } from "@/look/AppLink";
import { Facts } from "@/look/Facts";
import { Loaded } from "@/look/Loaded";
import { Page } from "@/look/Page";
import { Panel } from "@/look/Panel";
import { useSession } from "@/session/session";
import { useNow } from "@/time/now";
import { Steps } from "@/visitor/Steps";
import { useTexts } from "@/visitor/texts";

const useStyles = makeStyles({
  done: {
    color: tokens.colorPaletteGreenForeground1,
    fontSize: "48px",
    lineHeight: 1,
    marginInlineStart: "-5px",
  }, // its circle begins where the words do
  ways: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM, alignItems: "center" },
  left: { fontVariantNumeric: "tabular-nums" },
});

/** The purchase is made: what comes next, and until when. */
export function Confirmation() {
  const styles = useStyles();
  const { t } = useTexts();
  const { person } = useSession();
  const { id } = useParams({ from: "/signed-in/subscriptions/$id/welcome" });
  const query = useQuery(subscription(id));
  return (
    <Page
      before={
        <>
          <Steps at="done" />
          <CheckmarkCircleFilled className={styles.done} aria-hidden="true" />
        </>
      }
      title={t("welcome.title", { name: person?.name ?? "" })}
      lead={t("welcome.lead", { email: person?.email ?? "" })}
      narrow
    >
      <Loaded query={query} lines={8}>
        {(bought) => (
          <>
            <Next bought={bought} />
            <Bought bought={bought} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Next({ bought }: { bought: Subscription }) {
  const { t } = useTexts();
  if (bought.available_actions.includes("submit_microsoft_account")) return <SetUpAccount bought={bought} />;
  // Whoever comes back later: there is nothing to set up any more.
  return (
    <Panel title={t("welcome.next_later")}>
      <Text>{t("welcome.next_done")}</Text>
      <div>
        <ButtonLink to="/subscriptions/$id" params={{ id: bought.id }} appearance="primary" size="large">
          {t("welcome.see")}
        </ButtonLink>
      </div>
    </Panel>
  );
}

function SetUpAccount({ bought }: { bought: Subscription }) {
  const styles = useStyles();
  const { t } = useTexts();
  const format = useFormats();
  const now = useNow();
  const left = format.countdown(bought.activation_deadline, now);
  return (
    <Panel title={t("welcome.next")}>
      <Text>{t("welcome.next_text")}</Text>
      <Text>
        {t("welcome.deadline", { when: format.instant(bought.activation_deadline) })}{" "}
        {left && (
          <Text weight="semibold" className={styles.left}>
            {t("welcome.left", { left })}
          </Text>
        )}
      </Text>
      <div className={styles.ways}>
        <ButtonLink
          to="/subscriptions/$id/account"
          params={{ id: bought.id }}
          appearance="primary"
          size="large"
        >
          {t("welcome.set_up")}
        </ButtonLink>
        <AppLink to="/subscriptions">{t("welcome.later")}</AppLink>
      </div>
    </Panel>
  );
}

function Bought({ bought }: { bought: Subscription }) {
  const { t } = useTexts();
  const { t: common } = useCommon();
  const format = useFormats();
  const invoice = bought.latest_invoice;
  return (
    <Panel title={t("welcome.bought")}>
      <Facts
        of={[
          [t("welcome.plan"), bought.plan.name],
          [t("welcome.users"), common("say.users", { count: bought.seats })],
          [t("welcome.period"), common(`say.${bought.billing_period}`)],
          [t("set_up.sold_by"), bought.freelancer?.display_name],
          [
            t("welcome.invoice"),
            invoice && (
              <AppLink to="/billing/$id" params={{ id: invoice.id }}>
                {invoice.number}
              </AppLink>
            ),
          ],
          [t("welcome.total"), invoice && format.money(invoice.total)],
        ]}
      />
    </Panel>
  );
}
