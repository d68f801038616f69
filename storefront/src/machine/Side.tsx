import {
  Button,
  DrawerBody,
  DrawerHeader,
  DrawerHeaderTitle,
  makeStyles,
  OverlayDrawer,
  tokens,
} from "@fluentui/react-components";
import { DismissRegular } from "@fluentui/react-icons";
import type { ReactNode } from "react";
import { useCommon } from "@/i18n/common";

const useStyles = makeStyles({
  body: { paddingTop: tokens.spacingVerticalL, paddingBottom: tokens.spacingVerticalXL },
});

interface Given {
  open: boolean;
  close: () => void;
  title: string;
  children: ReactNode;
}

/** What slides in from the side. */
export function Side({ open, close, title, children }: Given) {
  const styles = useStyles();
  const { t } = useCommon();
  return (
    <OverlayDrawer
      open={open}
      position="end"
      size="large"
      onOpenChange={(_, data) => {
        if (!data.open) close();
      }}
    >
      <DrawerHeader>
        <DrawerHeaderTitle
          action={
            <Button
              appearance="subtle"
              icon={<DismissRegular />}
              aria-label={t("act.close")}
              onClick={close}
            />
          }
        >
          {title}
        </DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody className={styles.body}>{open && children}</DrawerBody>
    </OverlayDrawer>
  );
}
