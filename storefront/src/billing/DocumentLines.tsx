import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import type { Invoice } from "@/api/queries";
import { amountOf } from "@/billing/amount";
import { useTexts } from "@/billing/texts";
import { useFormats } from "@/i18n/formats";
import { Panel } from "@/look/Panel";
import { Unseen } from "@/look/Unseen";

const useStyles = makeStyles({
  table: { width: "100%", borderCollapse: "collapse", fontVariantNumeric: "tabular-nums" },
  cell: {
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalS}`,
    textAlign: "right",
    verticalAlign: "top",
    fontWeight: tokens.fontWeightRegular,
    ":first-child": { textAlign: "left", paddingLeft: 0 },
    ":last-child": { paddingRight: 0, whiteSpace: "nowrap" },
  },
  head: { color: tokens.colorNeutralForeground3 },
  line: { borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
  sum: { fontWeight: tokens.fontWeightSemibold, fontSize: tokens.fontSizeBase400 },
});

/** What a document charges or gives back, down to its total, as the API has added it up. */
export function DocumentLines({ document }: { document: Invoice }) {
  const styles = useStyles();
  const { t } = useTexts();
  const format = useFormats();
  const sums = [
    [t("one.subtotal"), document.subtotal],
    [t("one.tax"), document.tax],
  ] as const;
  const last = document.kind === "credit_note" ? t("one.total_back") : t("one.total");
  return (
    <Panel title={t("one.amounts")}>
      <table className={styles.table}>
        <caption>
          <Unseen>{t("one.amounts")}</Unseen>
        </caption>
        <thead>
          <tr>
            {[t("one.item"), t("one.users"), t("one.unit"), t("one.amount")].map((name) => (
              <th key={name} scope="col" className={mergeClasses(styles.cell, styles.head)}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr className={styles.line}>
            <th scope="row" className={styles.cell}>
              {document.plan.name}
            </th>
            <td className={styles.cell}>{format.number(document.seats)}</td>
            <td className={styles.cell}>{format.money(document.unit_price)}</td>
            <td className={styles.cell}>{amountOf(document, document.subtotal, format)}</td>
          </tr>
        </tbody>
        <tfoot>
          {sums.map(([name, money]) => (
            <tr key={name} className={styles.line}>
              <th scope="row" colSpan={3} className={styles.cell}>
                {name}
              </th>
              <td className={styles.cell}>{amountOf(document, money, format)}</td>
            </tr>
          ))}
          <tr className={styles.line}>
            <th scope="row" colSpan={3} className={mergeClasses(styles.cell, styles.sum)}>
              {last}
            </th>
            <td className={mergeClasses(styles.cell, styles.sum)}>
              {amountOf(document, document.total, format)}
            </td>
          </tr>
        </tfoot>
      </table>
    </Panel>
  );
}
