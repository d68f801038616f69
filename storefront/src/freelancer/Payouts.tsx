import {
  Badge,
  type BadgeProps,
  Button,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Text,
  tokens,
} from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, body, type Schemas } from "@/api/client";
import { payouts } from "@/api/queries";
import { configuration } from "@/configuration";
import { Elsewhere } from "@/frame/Elsewhere";
import { useMe } from "@/freelancer/me";
import { Numbers } from "@/freelancer/Numbers";
import { useTexts } from "@/freelancer/texts";
import { useFormats } from "@/i18n/formats";
import { Loaded } from "@/look/Loaded";
import { Page } from "@/look/Page";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";

type Standing = Schemas["Payouts"];

const COLORS: Record<Standing["state"], BadgeProps["color"]> = {
  off: "subtle",
  not_started: "warning",
  incomplete: "warning",
  active: "success",
  restricted: "danger",
};

const useStyles = makeStyles({
  text: { maxWidth: "68ch" },
  missing: { margin: 0, paddingInlineStart: tokens.spacingHorizontalXXL, overflowWrap: "anywhere" },
});

/** Whether commissions can be sent to the freelancer; where the payment provider leads back to. */
export function Payouts({ again = false }: { again?: boolean }) {
  const { t } = useTexts();
  const { state } = useMe();
  const query = useQuery(payouts());
  if (state === "invited" || state === "applied" || state === "rejected" || state === "approved") {
    return <Elsewhere to="/freelancer" />;
  }
  return (
    <Page title={t("payouts.title")} lead={t("payouts.lead")}>
      {again && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{t("payouts.again")}</MessageBarBody>
        </MessageBar>
      )}
      <Loaded query={query} lines={6}>
        {(found) => <Account found={found} />}
      </Loaded>
    </Page>
  );
}

/** The same, for whoever came with the provider's address of yesterday: each works once. */
export function PayoutsAgain() {
  return <Payouts again />;
}

function Account({ found }: { found: Standing }) {
  const styles = useStyles();
  const { t, said } = useTexts();
  const format = useFormats();
  const { state } = found;
  // The provider names fields of its own forms; what they are about is enough, and is said once.
  const missing = new Set(found.missing.map((each) => said(`payouts.wants.${subject(each)}`, each)));
  return (
    <>
      <Panel
        title={t(`payouts.${state}`)}
        actions={
          <Badge appearance="tint" size="large" color={COLORS[state]}>
            {t(`payouts.state_${state}`)}
          </Badge>
        }
      >
        <Text className={styles.text}>
          {t(`payouts.${state}_text`, { support: configuration.brand.support_email })}
        </Text>
        {missing.size > 0 && (
          <div>
            <Text weight="semibold">{t("payouts.missing")}</Text>
            <ul className={styles.missing}>
              {[...missing].map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          </div>
        )}
        {state !== "off" && state !== "active" && <SetUp isBegun={state !== "not_started"} />}
      </Panel>
      <Panel title={t("payouts.amounts")}>
        <Numbers
          of={(["paid", "waiting"] as const).map((each) => ({
            name: t(`payouts.${each}`),
            value: format.money(found[each]),
            text: t(`payouts.${each}_text`),
          }))}
        />
      </Panel>
    </>
  );
}

/** What a field of the provider's is about: `person_1A.address.city` is about a person. */
function subject(field: string): string {
  return field.startsWith("person_") ? "person" : (field.split(".")[0] ?? field);
}

function SetUp({ isBegun }: { isBegun: boolean }) {
  const { t } = useTexts();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const go = async () => {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      const { url } = await body(api.POST("/v1/freelancer/payouts/onboarding"));
      location.assign(url); // it works once: nothing is shown that could be clicked again
    } catch (failed) {
      setError(failed);
      setBusy(false);
    }
  };
  return (
    <>
      {error !== null && <ProblemNotice error={error} retry={() => void go()} />}
      <div>
        <Button appearance="primary" disabledFocusable={busy} onClick={() => void go()}>
          {t(busy ? "payouts.leaving" : isBegun ? "payouts.go_on" : "payouts.set_up")}
        </Button>
      </div>
    </>
  );
}
