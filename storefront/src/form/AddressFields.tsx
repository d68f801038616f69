import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import type { Draft } from "@/form/draft";
import { TextField } from "@/form/TextField";
import { texts } from "@/i18n";

const useTexts = texts(
  "address",
  {
    line1: "Street and number",
    line2: "Suite, floor (optional)",
    city: "City",
    state: "State",
    postal_code: "ZIP code",
  },
  {
    line1: "Rue et numéro",
    line2: "Bureau, étage (facultatif)",
    city: "Ville",
    state: "État",
    postal_code: "Code ZIP",
  },
);

const useStyles = makeStyles({
  grid: {
    display: "grid",
    gridTemplateColumns: "repeat(6, minmax(0, 1fr))",
    alignItems: "start",
    gap: tokens.spacingHorizontalM,
  },
  whole: { gridColumn: "1 / -1" },
  city: { gridColumn: "span 3", "@media (max-width: 480px)": { gridColumn: "1 / -1" } },
  // An input would rather have room for twenty letters.
  narrow: { "& input": { width: "100%" } },
  state: { gridColumn: "span 1", "@media (max-width: 480px)": { gridColumn: "span 3" } },
  zip: { gridColumn: "span 2", "@media (max-width: 480px)": { gridColumn: "span 3" } },
});

/** An address in the United States, at a pointer of a request. */
export function AddressFields<T extends object>({
  draft,
  at = "/address",
}: {
  draft: Draft<T>;
  at?: string;
}) {
  const { t } = useTexts();
  const styles = useStyles();
  return (
    <div className={styles.grid}>
      <div className={styles.whole}>
        <TextField
          draft={draft}
          at={`${at}/line1`}
          label={t("line1")}
          required
          autoComplete="address-line1"
        />
      </div>
      <div className={styles.whole}>
        <TextField draft={draft} at={`${at}/line2`} label={t("line2")} autoComplete="address-line2" />
      </div>
      <div className={styles.city}>
        <TextField draft={draft} at={`${at}/city`} label={t("city")} required autoComplete="address-level2" />
      </div>
      <div className={mergeClasses(styles.state, styles.narrow)}>
        <TextField
          draft={draft}
          at={`${at}/state`}
          label={t("state")}
          required
          autoComplete="address-level1"
        />
      </div>
      <div className={mergeClasses(styles.zip, styles.narrow)}>
        <TextField
          draft={draft}
          at={`${at}/postal_code`}
          label={t("postal_code")}
          required
          autoComplete="postal-code"
        />
      </div>
    </div>
  );
}
