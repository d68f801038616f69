import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  Spinner,
} from "@fluentui/react-components";
import { useState } from "react";
import { useTexts } from "@/client/texts";
import { ProblemNotice } from "@/look/ProblemNotice";

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
    <Dialog open={open} onOpenChange={(_, { open }) => setOpen(open)} modalType="alert">
      <DialogTrigger disableButtonEnhancement>
        <Button>{t(`permissions.${way}`)}</Button>
      </DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t(`permissions.${way}_title`, { name })}</DialogTitle>
          <DialogContent>
            {t(`permissions.${way}_text`, { name })}
            {error ? <ProblemNotice error={error} /> : null}
          </DialogContent>
          <DialogActions fluid>
            <DialogTrigger disableButtonEnhancement>
              <Button>{t("permissions.keep")}</Button>
            </DialogTrigger>
            <Button
              appearance="primary"
              disabledFocusable={working}
              icon={working ? <Spinner size="tiny" /> : undefined}
              onClick={onEnd}
            >
              {working ? t("permissions.working") : t(`permissions.${way}`)}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
