import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  Text,
  tokens,
} from "@fluentui/react-components";
import type { Schemas } from "@/api/client";
import { AddressLines } from "@/client/AddressLines";
import { useTexts } from "@/client/texts";

const useStyles = makeStyles({
  both: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(180px, 1fr))",
    gap: tokens.spacingHorizontalL,
    marginTop: tokens.spacingVerticalM,
  },
  one: {
    padding: tokens.spacingHorizontalM,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    overflowWrap: "anywhere",
  },
});

type Address = Parameters<typeof AddressLines>[0]["of"];

interface Given {
  yours: Address;
  theirs: Schemas["Address"];
  onUse: () => void;
  onKeep: () => void;
  onBack: () => void;
}

/** Microsoft doubts an address, and says which one it thinks is meant: a person decides. */
export function SuggestedAddress({ yours, theirs, onUse, onKeep, onBack }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  return (
    <Dialog open modalType="modal" onOpenChange={(_, { open }) => open || onBack()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t("account.suggests")}</DialogTitle>
          <DialogContent>
            {t("account.suggests_text")}
            <div className={styles.both}>
              <div className={styles.one}>
                <Text weight="semibold">{t("account.theirs")}</Text>
                <br />
                <AddressLines of={theirs} />
              </div>
              <div className={styles.one}>
                <Text weight="semibold">{t("account.yours")}</Text>
                <br />
                <AddressLines of={yours} />
              </div>
            </div>
          </DialogContent>
          <DialogActions fluid>
            <Button appearance="subtle" onClick={onBack}>
              {t("account.go_back")}
            </Button>
            <Button onClick={onKeep}>{t("account.keep")}</Button>
            <Button appearance="primary" onClick={onUse}>
              {t("account.use")}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
