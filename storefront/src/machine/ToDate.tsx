import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from "@fluentui/react-components";
import { type FormEvent, useState } from "react";
import { useCommon } from "@/i18n/common";
import { useTexts } from "@/machine/texts";

const TO_THE_MINUTE = 16;
const MINUTE = 60_000;

interface Given {
  from: number;
  close: () => void;
  go: (to: string) => void;
}

/** Asks for an instant to move the clock to. */
export function ToDate({ from, close, go }: Given) {
  const { t } = useTexts();
  const common = useCommon();
  const [earliest] = useState(() => upToMinute(from));
  const [chosen, setChosen] = useState(earliest);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    close();
    go(`${chosen.slice(0, TO_THE_MINUTE)}:00Z`);
  };
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && close()}>
      <DialogSurface>
        <form onSubmit={submit}>
          <DialogBody>
            <DialogTitle>{t("to_date_title")}</DialogTitle>
            <DialogContent>
              <Field label={t("instant")} hint={t("forward_only")} required>
                <Input
                  type="datetime-local"
                  min={earliest}
                  value={chosen}
                  onChange={(_, { value }) => setChosen(value)}
                />
              </Field>
            </DialogContent>
            <DialogActions>
              <Button onClick={close}>{common.t("act.cancel")}</Button>
              <Button type="submit" appearance="primary">
                {t("go")}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}

/** The first whole minute that is not over, as the field has it. */
function upToMinute(instant: number): string {
  return new Date(Math.ceil(instant / MINUTE) * MINUTE).toISOString().slice(0, TO_THE_MINUTE);
}
