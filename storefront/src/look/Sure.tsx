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
import type { ReactElement, ReactNode } from "react";

interface Given {
  /** What opens it; or `open` and `onOpen`, where the page does. */
  trigger?: ReactElement;
  open: boolean;
  onOpen: (open: boolean) => void;
  title: string;
  /** What follows from it. */
  children: ReactNode;
  /** Of the button that does nothing. */
  stay: string;
  /** Of the button that does it: it says what it does. */
  act: string;
  /** In its place, while it is being done. */
  acting?: string;
  busy?: boolean;
  /** Where staying is what most people should do. */
  better?: "stay" | "act";
  onAct: () => void;
}

/** Asks once more before something that cannot be taken back. */
export function Sure(given: Given) {
  const {
    trigger,
    open,
    onOpen,
    title,
    children,
    stay,
    act,
    acting = act,
    busy = false,
    better = "act",
    onAct,
  } = given;
  const surface = (
    <DialogSurface>
      <DialogBody>
        <DialogTitle>{title}</DialogTitle>
        <DialogContent>{children}</DialogContent>
        <DialogActions fluid>
          <DialogTrigger disableButtonEnhancement>
            <Button appearance={better === "stay" ? "primary" : undefined}>{stay}</Button>
          </DialogTrigger>
          <Button
            appearance={better === "act" ? "primary" : undefined}
            disabledFocusable={busy}
            icon={busy ? <Spinner size="tiny" /> : undefined}
            onClick={onAct}
          >
            {busy ? acting : act}
          </Button>
        </DialogActions>
      </DialogBody>
    </DialogSurface>
  );
  const state = {
    open,
    onOpenChange: (_: unknown, data: { open: boolean }) => {
      if (!busy) onOpen(data.open);
    },
    modalType: "alert" as const,
  };
  if (!trigger) return <Dialog {...state}>{surface}</Dialog>;
  return (
    <Dialog {...state}>
      <DialogTrigger disableButtonEnhancement>{trigger}</DialogTrigger>
      {surface}
    </Dialog>
  );
}
