import { Button, Text } from "@fluentui/react-components";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body } from "@/api/client";
import { useIntent } from "@/api/intent";
import { freelancer } from "@/api/queries";
import { useTexts } from "@/freelancer/texts";
import { Panel } from "@/look/Panel";
import { ProblemNotice } from "@/look/ProblemNotice";
import { Sure } from "@/look/Sure";

/** The way out of the program, with what it means (D15, R73). */
export function Leave() {
  const { t } = useTexts();
  const client = useQueryClient();
  const intent = useIntent();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const leave = async () => {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      const left = await intent((key) =>
        body(api.POST("/v1/freelancer/leave", { params: { header: { "Idempotency-Key": key } } })),
      );
      client.setQueryData(freelancer().queryKey, left);
      void client.invalidateQueries({ queryKey: freelancer().queryKey });
      scrollTo({ top: 0 }); // what follows is said there
    } catch (failed) {
      setError(failed);
      setBusy(false);
    }
  };
  return (
    <Panel
      title={t("leave.title")}
      actions={
        <Sure
          trigger={<Button>{t("leave.open")}</Button>}
          open={open}
          onOpen={setOpen}
          title={t("leave.sure")}
          stay={t("leave.stay")}
          act={t("leave.go")}
          acting={t("leave.going")}
          busy={busy}
          better="stay"
          onAct={() => void leave()}
        >
          <ul>
            {(["link", "grants", "commission", "clients"] as const).map((each) => (
              <li key={each}>{t(`leave.${each}`)}</li>
            ))}
          </ul>
          <p>{t("leave.back")}</p>
          {error !== null && <ProblemNotice error={error} retry={() => void leave()} />}
        </Sure>
      }
    >
      <Text>{t("leave.text")}</Text>
    </Panel>
  );
}
