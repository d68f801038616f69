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
import { useTexts } from "@/client/texts";

interface Given {
  open: boolean;
  onOpen: (open: boolean) => void;
  title: string;
  text: string;
  act: string;
  working: boolean;
  onCancel: () => void;
}

/** Asks once more before a subscription is over for good; the button says what it does. */
export function CancelDialog({ open, onOpen, title, text, act, working, onCancel }: Given) {
  const { t } = useTexts();
  return (
    <Dialog open={open} onOpenChange={(_, { open }) => !working && onOpen(open)} modalType="alert">
      {/* Opened by the form, once what is in it is right; the focus comes back here. */}
      <Button type="submit" appearance="primary">
        {act}
      </Button>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent>{text}</DialogContent>
          <DialogActions fluid>
            <DialogTrigger disableButtonEnhancement>
              <Button>{t("cancel.keep")}</Button>
            </DialogTrigger>
            <Button
              appearance="primary"
              disabledFocusable={working}
              icon={working ? <Spinner size="tiny" /> : undefined}
              onClick={onCancel}
            >
              {working ? t("cancel.working") : act}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
