import { makeStyles, Text, tokens } from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body } from "@/api/client";
import { delegationTerms, type Subscription } from "@/api/queries";
import { AskDelegation } from "@/client/AskDelegation";
import { useChanged } from "@/client/changed";
import { EndDelegation } from "@/client/EndDelegation";
import { OutsideLink } from "@/client/NextAct";
import { OneSubscription } from "@/client/OneSubscription";
import { Said } from "@/client/Said";
import { TermsText } from "@/client/TermsText";
import { useTexts } from "@/client/texts";
import type { Viewer } from "@/client/viewer";
import { useFormats } from "@/i18n/formats";
import { ButtonLink } from "@/look/AppLink";
import { Loaded } from "@/look/Loaded";
import { Nothing } from "@/look/Nothing";
import { Panel } from "@/look/Panel";

const useStyles = makeStyles({
  ways: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalM },
  quiet: { color: tokens.colorNeutralForeground2, maxWidth: "68ch" },
});

type Done = "asked" | "revoked" | "withdrawn" | "given_back";

/** "Manage permissions": whether the selling freelancer may manage it. */
export function Permissions() {
  const { t } = useTexts();
  const [done, setDone] = useState<Done | null>(null);
  // Whoever gave it back sees the subscription no more: what they did is said all the same.
  if (done === "given_back") return <GivenBack />;
  return (
    <OneSubscription
      title={t("permissions.title")}
      lead={(_, viewer) => t("permissions.lead", { context: viewer })}
    >
      {(subscription, viewer) => (
        <>
          {done && (
            <Said
              key={done}
              title={t(`permissions.done_${done}`, { name: subscription.freelancer?.display_name })}
            />
          )}
          <Standing subscription={subscription} viewer={viewer} onDone={setDone} />
        </>
      )}
    </OneSubscription>
  );
}

function GivenBack() {
  const { t } = useTexts();
  return (
    <>
      <Said title={t("permissions.done_given_back")}>{t("permissions.done_given_back_text")}</Said>
      <p>
        <ButtonLink to="/freelancer" appearance="primary">
          {t("back.delegate")}
        </ButtonLink>
      </p>
    </>
  );
}

interface Given {
  subscription: Subscription;
  viewer: Viewer;
  onDone: (done: Done) => void;
}

function Standing({ subscription, viewer, onDone }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const { day } = useFormats();
  const changed = useChanged();
  const { delegation, freelancer, available_actions: actions } = subscription;
  const name = freelancer?.display_name ?? "";

  if (actions.includes("delegate")) {
    const before =
      delegation.status === "rejected"
        ? t("permissions.rejected", { name })
        : delegation.status === "revoked"
          ? t("permissions.revoked", { name, date: delegation.ended_at ? day(delegation.ended_at) : "" })
          : null;
    return (
      <>
        {before && <Text className={styles.quiet}>{before}</Text>}
        <AskDelegation
          subscription={subscription}
          name={name}
          onAsked={(answered) => {
            onDone("asked");
            changed(answered);
          }}
        />
      </>
    );
  }
  if (delegation.status === "requested" || delegation.status === "approved")
    return <Open subscription={subscription} viewer={viewer} onDone={onDone} />;
  const why = !freelancer ? "no_seller" : subscription.status === "canceled" ? "over" : "nothing";
  return (
    <Nothing title={t(`permissions.${why}_title`)} text={t(`permissions.${why}_text`)}>
      <ButtonLink to="/subscriptions/$id" params={{ id: subscription.id }}>
        {t("back.return")}
      </ButtonLink>
    </Nothing>
  );
}

/** Asked for, or given. */
function Open({ subscription, viewer, onDone }: Given) {
  const styles = useStyles();
  const { t, language } = useTexts();
  const { day } = useFormats();
  const changed = useChanged();
  const client = useQueryClient();
  // For whoever agrees to it.
  const terms = useQuery({ ...delegationTerms(language), enabled: viewer === "client" });
  const { delegation, freelancer } = subscription;
  const name = freelancer?.display_name ?? "";
  const approved = delegation.status === "approved";
  const access = delegation.microsoft_access;
  const end = useMutation({
    mutationFn: () =>
      body(api.DELETE("/v1/subscriptions/{id}/delegation", { params: { path: { id: subscription.id } } })),
    onSuccess: (answered) => {
      if (viewer === "delegate") {
        onDone("given_back");
        client.removeQueries({ queryKey: ["subscription", subscription.id] });
        void client.invalidateQueries({ queryKey: ["freelancer"] });
        return;
      }
      onDone(approved ? "revoked" : "withdrawn");
      changed(answered);
    },
  });
  const at = approved ? delegation.decided_at : delegation.requested_at;
  const words = { name, date: at ? day(at) : "" };
  return (
    <>
      <Panel title={t(approved ? "permissions.approved_title" : "permissions.requested_title", words)}>
        <Text className={styles.quiet}>
          {t(approved ? "permissions.approved_text" : "permissions.requested_text", {
            ...words,
            context: viewer,
          })}
        </Text>
        <div className={styles.ways}>
          {subscription.available_actions.includes("revoke_delegation") && (
            <EndDelegation
              way={viewer === "delegate" ? "give_back" : approved ? "revoke" : "withdraw"}
              name={name}
              working={end.isPending}
              error={end.error}
              onEnd={() => end.mutate()}
            />
          )}
          <ButtonLink to="/subscriptions/$id" params={{ id: subscription.id }}>
            {t("back.return")}
          </ButtonLink>
        </div>
      </Panel>
      {approved && (
        <Panel title={t("permissions.access_title")}>
          <Text className={styles.quiet}>{t(`permissions.access_${access.status}`, words)}</Text>
          {access.approval_url && (
            <div>
              <OutsideLink href={access.approval_url} label={t("permissions.approve")} appearance="primary" />
            </div>
          )}
        </Panel>
      )}
      {viewer === "client" && (
        <Panel title={t("permissions.what")}>
          <Loaded query={terms} lines={8}>
            {({ text }) => <TermsText text={text} />}
          </Loaded>
        </Panel>
      )}
    </>
  );
}
