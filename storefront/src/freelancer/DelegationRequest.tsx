import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useState } from "react";
import { api, body, type Schemas } from "@/api/client";
import { useIntent } from "@/api/intent";
import { SaleStatus } from "@/freelancer/SaleStatus";
import { useTexts } from "@/freelancer/texts";
import { useCommon } from "@/i18n/common";
import { useFormats } from "@/i18n/formats";
import { Facts } from "@/look/Facts";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";

type Sale = Schemas["Sale"];

const useStyles = makeStyles({
  means: { maxWidth: "72ch", color: tokens.colorNeutralForeground2 },
  buttons: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS },
});

interface Given {
  sale: Sale;
  decided: (sale: Sale, approved: boolean) => void;
}

/** A client's request: what it is about, what it means, and the answer. */
export function DelegationRequest({ sale, decided }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const { t: common } = useCommon();
  const format = useFormats();
  const intent = useIntent();
  const [busy, setBusy] = useState<"approve" | "reject" | null>(null);
  const [error, setError] = useState<unknown>(null);

  const decide = async (approve: boolean) => {
    if (busy) return;
    setBusy(approve ? "approve" : "reject");
    setError(null);
    try {
      const answered = await intent((key) =>
        body(
          api.POST("/v1/delegations/{subscription_id}/decision", {
            params: { path: { subscription_id: sale.id }, header: { "Idempotency-Key": key } },
            body: { approve },
          }),
        ),
      );
      decided(answered, approve);
    } catch (failed) {
      setError(failed);
      setBusy(null);
    }
  };
  const asked = sale.delegation.requested_at;
  return (
    <Panel level={3} title={t("delegations.asks", { name: sale.client.name })}>
      <Facts
        of={[
          [t("delegations.plan"), `${sale.plan.name}, ${common("say.users", { count: sale.seats })}`],
          [t("delegations.status"), <SaleStatus key="status" sale={sale} />],
          [t("delegations.asked_at"), asked && format.instant(asked)],
        ]}
      />
      <Text className={styles.means}>{t("delegations.means")}</Text>
      {error !== null && <ProblemNotice error={error} />}
      <div className={styles.buttons}>
        <Button appearance="primary" disabledFocusable={busy !== null} onClick={() => void decide(true)}>
          {t(busy === "approve" ? "delegations.deciding" : "delegations.approve")}
        </Button>
        <Button disabledFocusable={busy !== null} onClick={() => void decide(false)}>
          {t(busy === "reject" ? "delegations.deciding" : "delegations.reject")}
        </Button>
      </div>
    </Panel>
  );
}
