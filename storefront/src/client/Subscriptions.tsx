import { makeStyles, SkeletonItem, Text, tokens, typographyStyles } from "@fluentui/react-components";
import { BoxRegular } from "@fluentui/react-icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { all, type Subscription, subscriptions } from "@/api/queries";
import { ActionsMenu } from "@/client/ActionsMenu";
import { NextActButton } from "@/client/NextAct";
import { next } from "@/client/next";
import { Quoted } from "@/client/Quoted";
import { useTexts } from "@/client/texts";
import { useCommon } from "@/i18n/common";
import { useFormats } from "@/i18n/formats";
import { AppLink, ButtonLink } from "@/look/AppLink";
import { Loaded } from "@/look/Loaded";
import { More } from "@/look/More";
import { Nothing } from "@/look/Nothing";
import { Page } from "@/look/Page";
import { StatusBadge } from "@/look/StatusBadge";

const LOOK_AGAIN = 20_000;

const PHONE = "@media (max-width: 640px)";

const useStyles = makeStyles({
  list: {
    listStyleType: "none",
    margin: 0,
    padding: 0,
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalL,
  },
  card: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalL,
    padding: tokens.spacingHorizontalXL,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusXLarge,
    [PHONE]: { padding: tokens.spacingHorizontalL },
  },
  head: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr) auto auto",
    gridTemplateAreas: '"name badge menu"',
    columnGap: tokens.spacingHorizontalM,
    rowGap: tokens.spacingVerticalS,
    alignItems: "start",
    [PHONE]: {
      gridTemplateColumns: "minmax(0, 1fr) auto",
      gridTemplateAreas: '"name menu" "badge badge"',
    },
  },
  body: {
    display: "flex",
    justifyContent: "space-between",
    alignItems: "end",
    gap: tokens.spacingHorizontalXL,
    [PHONE]: { flexDirection: "column", alignItems: "stretch", gap: tokens.spacingVerticalM },
  },
  name: {
    gridArea: "name",
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalXXS,
    minWidth: 0,
    overflowWrap: "anywhere",
  },
  title: { ...typographyStyles.subtitle1, margin: 0 },
  link: { font: "inherit" },
  quiet: { color: tokens.colorNeutralForeground3 },
  badge: { gridArea: "badge", paddingTop: "2px" },
  menu: { gridArea: "menu" },
  next: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXXS, maxWidth: "72ch" },
  act: { flexShrink: 0, [PHONE]: { display: "grid" } },
  waiting: {
    height: "148px",
    borderRadius: tokens.borderRadiusXLarge,
    marginBottom: tokens.spacingVerticalL,
  },
});

/** "Products & software": everything that a client has bought. */
export function Subscriptions() {
  const styles = useStyles();
  const { t } = useTexts();
  const query = useInfiniteQuery({
    ...subscriptions(),
    // What waits for Microsoft or for us becomes active by itself.
    refetchInterval: ({ state }) =>
      all(state.data).some((each) => each.status === "connecting") ? LOOK_AGAIN : false,
  });

  return (
    <Page
      title={t("list.title")}
      lead={t("list.lead")}
      actions={
        all(query.data).length > 0 && (
          <ButtonLink to="/" appearance="primary">
            {t("list.buy_another")}
          </ButtonLink>
        )
      }
    >
      <Loaded
        query={query}
        waiting={[0, 1, 2].map((each) => <SkeletonItem key={each} className={styles.waiting} />)}
      >
        {(data) =>
          all(data).length === 0 ? (
            <Nothing picture={<BoxRegular />} title={t("list.none_title")} text={t("list.none_text")}>
              <ButtonLink to="/" appearance="primary">
                {t("list.none_act")}
              </ButtonLink>
            </Nothing>
          ) : (
            <>
              <ul className={styles.list} aria-label={t("list.label")}>
                {all(data).map((each) => (
                  <li key={each.id}>
                    <Card subscription={each} />
                  </li>
                ))}
              </ul>
              <More query={query} />
            </>
          )
        }
      </Loaded>
    </Page>
  );
}

function Card({ subscription }: { subscription: Subscription }) {
  const styles = useStyles();
  const { t } = useTexts();
  const common = useCommon();
  const formats = useFormats();
  const now = next(subscription, "client", formats);
  const about = [
    common.t("say.users", { count: subscription.seats }),
    common.t(`say.${subscription.billing_period}`),
    subscription.microsoft_account?.domain,
  ].filter(Boolean);
  return (
    <article className={styles.card}>
      <div className={styles.head}>
        <div className={styles.name}>
          <h2 className={styles.title}>
            <AppLink
              to="/subscriptions/$id"
              params={{ id: subscription.id }}
              appearance="subtle"
              className={styles.link}
            >
              {subscription.plan.name}
            </AppLink>
          </h2>
          <Text className={styles.quiet}>{about.join(" · ")}</Text>
        </div>
        <div className={styles.badge}>
          <StatusBadge status={subscription.status} />
        </div>
        <div className={styles.menu}>
          <ActionsMenu subscription={subscription} open />
        </div>
      </div>
      <div className={styles.body}>
        <div className={styles.next}>
          <Text weight="semibold">{t(`next.${now.key}.title`, now.values)}</Text>
          <Text className={styles.quiet}>
            {t(`next.${now.key}.text`, { ...now.values, context: "client" })}
          </Text>
          {now.reason && <Quoted>{now.reason}</Quoted>}
        </div>
        {now.act && (
          <div className={styles.act}>
            <NextActButton
              subscription={subscription}
              act={now.act}
              appearance={now.act.label === "plans" || now.act.label === "support" ? "secondary" : "primary"}
            />
          </div>
        )}
      </div>
    </article>
  );
}
