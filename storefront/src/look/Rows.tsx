import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

const PHONE = "@media (max-width: 720px)";

const useStyles = makeStyles({
  table: {
    width: "100%",
    borderCollapse: "collapse",
    backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusXLarge,
    boxShadow: `0 0 0 1px ${tokens.colorNeutralStroke2}`,
    fontSize: tokens.fontSizeBase300,
    [PHONE]: { display: "block" },
  },
  caption: { position: "absolute", width: "1px", height: "1px", overflow: "hidden", clipPath: "inset(50%)" },
  head: {
    [PHONE]: {
      position: "absolute",
      width: "1px",
      height: "1px",
      overflow: "hidden",
      clipPath: "inset(50%)",
    },
  },
  body: { [PHONE]: { display: "block" } },
  row: {
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    [PHONE]: { display: "block", padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}` },
  },
  name: {
    textAlign: "left",
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground2,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalM}`,
    whiteSpace: "nowrap",
  },
  cell: {
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalM}`,
    verticalAlign: "top",
    overflowWrap: "anywhere",
    "& button": { whiteSpace: "nowrap" },
    [PHONE]: {
      display: "grid",
      gridTemplateColumns: "minmax(96px, 36%) minmax(0, 1fr)",
      justifyItems: "start",
      gap: tokens.spacingHorizontalM,
      padding: `${tokens.spacingVerticalXXS} 0`,
      "::before": { content: "attr(data-name)", color: tokens.colorNeutralForeground3 },
      "&:empty": { display: "none" },
    },
  },
  end: { textAlign: "right", [PHONE]: { textAlign: "left" } },
});

interface Given {
  caption: string;
  columns: string[];
  /** Which of the columns are set to the end of their place, as amounts are. */
  end?: string[];
  rows: { key: string; cells: ReactNode[] }[];
}

/** A table; on a phone each row is a card, with the names of the columns beside the values. */
export function Rows({ caption, columns, end = [], rows }: Given) {
  const styles = useStyles();
  const placed = (name: string | undefined, style: string) => ({
    "data-name": name,
    className: mergeClasses(style, name !== undefined && end.includes(name) && styles.end),
  });
  // Roles are said: what CSS shows as a block is otherwise no table any more to whoever cannot see.
  return (
    // biome-ignore lint/a11y/noRedundantRoles: see above
    <table className={styles.table} role="table">
      <caption className={styles.caption}>{caption}</caption>
      {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
      <thead className={styles.head} role="rowgroup">
        {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
        <tr role="row">
          {columns.map((name) => (
            // biome-ignore lint/a11y/noRedundantRoles: see above
            <th key={name} {...placed(name, styles.name)} scope="col" role="columnheader">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      {/* biome-ignore lint/a11y/noRedundantRoles: see above */}
      <tbody className={styles.body} role="rowgroup">
        {rows.map(({ key, cells }) => (
          // biome-ignore lint/a11y/noRedundantRoles: see above
          <tr key={key} role="row" className={styles.row}>
            {cells.map((cell, column) => (
              // biome-ignore lint/a11y/noRedundantRoles: see above
              <td key={columns[column]} {...placed(columns[column], styles.cell)} role="cell">
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
