import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  Field,
  Textarea,
} from "@fluentui/react-components";
import { type FormEvent, type ReactElement, useState } from "react";
import { fault, limit } from "@/form/limits";
import { useCommon } from "@/i18n/common";
import { ProblemNotice } from "@/look/ProblemNotice";
import { useTexts } from "@/operator/texts";

interface Given {
  /** What opens it. */
  trigger: ReactElement;
  title: string;
  text?: string;
  label: string;
  /** Does it; what is thrown is shown here. */
  act: (reason: string) => Promise<unknown>;
}

/** Something that wants a reason, which somebody will read. */
export function Reasoned({ trigger, title, text, label, act }: Given) {
  const { t } = useTexts();
  const { t: common } = useCommon();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const [wrong, setWrong] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const found = limit("SuspensionRequest", "/reason");
    const missing = found ? fault(found, reason) : null;
    if (missing) return setWrong(common(`field.${missing.kind}`, { count: missing.count ?? 0 }));
    setBusy(true);
    setError(null);
    try {
      await act(reason.trim());
      setOpen(false);
      setReason("");
    } catch (failed) {
      setError(failed);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open={open} onOpenChange={(_, data) => setOpen(data.open)}>
      <DialogTrigger disableButtonEnhancement>{trigger}</DialogTrigger>
      <DialogSurface>
        <form onSubmit={(event) => void submit(event)} noValidate>
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent>
              {text && <p>{text}</p>}
              <Field
                label={t("decide.reason")}
                hint={t("decide.reason_hint")}
                required
                validationState={wrong ? "error" : "none"}
                validationMessage={wrong || undefined}
              >
                <Textarea
                  value={reason}
                  rows={4}
                  onChange={(_, { value }) => {
                    setReason(value);
                    setWrong("");
                  }}
                />
              </Field>
              {error !== null && <ProblemNotice error={error} />}
            </DialogContent>
            <DialogActions>
              <DialogTrigger disableButtonEnhancement>
                <Button>{common("act.cancel")}</Button>
              </DialogTrigger>
              <Button type="submit" appearance="primary" disabledFocusable={busy}>
                {label}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
