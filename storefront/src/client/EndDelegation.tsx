import { Button } from "@fluentui/react-components";
import { useState } from "react";
import { useTexts } from "@/client/texts";
import { ProblemNotice } from "@/look/ProblemNotice";
import { Sure } from "@/look/Sure";

interface Given {
  /** Which of the three ways there are to end it. */
  way: "revoke" | "withdraw" | "give_back";
  name: string;
  working: boolean;
  error: unknown;
  onEnd: () => void;
}

/** Ends a delegation, once somebody has said twice that they want to. */
export function EndDelegation({ way, name, working, error, onEnd }: Given) {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  return (
    <Sure
      trigger={<Button>{t(`permissions.${way}`)}</Button>}
      open={open}
      onOpen={setOpen}
      title={t(`permissions.${way}_title`, { name })}
      stay={t("permissions.keep")}
      act={t(`permissions.${way}`)}
      acting={t("permissions.working")}
      busy={working}
      onAct={onEnd}
    >
      {t(`permissions.${way}_text`, { name })}
      {error ? <ProblemNotice error={error} /> : null}
    </Sure>
  );
}
