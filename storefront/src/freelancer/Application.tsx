import { Button, Field, makeStyles, Radio, RadioGroup, tokens } from "@fluentui/react-components";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, body } from "@/api/client";
import { useIntent } from "@/api/intent";
import { freelancer } from "@/api/queries";
import { useDraft } from "@/form/draft";
import { fault, limit } from "@/form/limits";
import { TextField } from "@/form/TextField";
import { useMe } from "@/freelancer/me";
import { Standing } from "@/freelancer/Standing";
import { useTexts } from "@/freelancer/texts";
import { Page } from "@/look/Page";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";

interface Filled {
  display_name: string;
  serves_us_clients?: boolean;
  experience: string;
  website: string;
}

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalL },
});

/** What an invited freelancer says about themselves; whoever has said it already sees where they stand. */
export function Application() {
  const { t } = useTexts();
  const { state } = useMe();
  if (state === "invited") {
    return (
      <Page title={t("application.title")} lead={t("application.lead")} narrow>
        <ApplicationForm />
      </Page>
    );
  }
  return (
    // Another page than the form's: it leads whoever listens to its title, and so to what has become of it.
    <Page key="standing" title={t("title")} narrow>
      <Standing />
    </Page>
  );
}

function ApplicationForm() {
  const styles = useStyles();
  const { t } = useTexts();
  const me = useMe();
  const client = useQueryClient();
  const intent = useIntent();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const draft = useDraft<Filled>("ApplicationRequest", {
    display_name: me.display_name,
    experience: "",
    website: "",
  });
  const wrong = draft.error("/serves_us_clients");

  const submit = async (event?: FormEvent) => {
    event?.preventDefault();
    if (busy) return;
    setError(null);
    const { display_name, serves_us_clients, experience, website } = draft.value;
    const address = limit("ApplicationRequest", "/website");
    const isOff = address && fault(address, website)?.kind === "form";
    if (!draft.check(isOff ? { "/website": t("application.website_wrong") } : {})) return;
    if (serves_us_clients === undefined) return; // said at its field
    setBusy(true);
    try {
      const applied = await intent((key) =>
        body(
          api.POST("/v1/freelancer/application", {
            params: { header: { "Idempotency-Key": key } },
            body: {
              display_name: display_name.trim(),
              serves_us_clients,
              experience: experience.trim(),
              website: website.trim() || null,
            },
          }),
        ),
      );
      client.setQueryData(freelancer().queryKey, applied);
    } catch (failed) {
      setError(draft.refuse(failed));
      setBusy(false);
    }
  };
  return (
    <Panel>
      <form ref={draft.form} className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
        <TextField
          draft={draft}
          at="/display_name"
          label={t("application.display_name")}
          hint={t("application.display_name_hint")}
          required
          autoComplete="organization"
        />
        <Field
          label={t("application.serves")}
          required
          validationState={wrong ? "error" : "none"}
          validationMessage={wrong}
        >
          <RadioGroup
            layout="horizontal"
            tabIndex={-1} // to be led to when it is left out
            value={String(draft.value.serves_us_clients ?? "")}
            onChange={(_, { value }) => draft.set("/serves_us_clients", value === "true")}
          >
            <Radio value="true" label={t("application.yes")} />
            <Radio value="false" label={t("application.no")} />
          </RadioGroup>
        </Field>
        <TextField
          draft={draft}
          at="/experience"
          label={t("application.experience")}
          hint={t("application.experience_hint")}
          required
          lines={6}
        />
        <TextField
          draft={draft}
          at="/website"
          label={t("application.website")}
          hint={t("application.website_hint")}
          type="url"
          autoComplete="url"
        />
        {error !== null && <ProblemNotice error={error} retry={() => void submit()} />}
        <div>
          <Button type="submit" appearance="primary" disabledFocusable={busy}>
            {t(busy ? "application.sending" : "application.send")}
          </Button>
        </div>
      </form>
    </Panel>
  );
}
