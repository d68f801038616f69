import { makeStyles, Text, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  list: {
    display: "flex",
    flexDirection: "column",
    margin: 0,
    padding: 0,
    listStyleType: "none",
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  line: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    justifyContent: "space-between",
    gap: tokens.spacingHorizontalM,
    padding: `${tokens.spacingVerticalS} 0`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  what: { display: "flex", flexDirection: "column", minWidth: 0, overflowWrap: "anywhere" },
  faint: { color: tokens.colorNeutralForeground3 },
});

export interface Line {
  key: string;
  what: string;
  /** What there is to know of it besides. */
  more: string[];
  /** An amount, or what can be done with it. */
  end?: ReactNode;
}

/** What somebody next door has, one thing a line. */
export function Lines({ label, lines }: { label: string; lines: Line[] }) {
  const styles = useStyles();
  return (
    <ul className={styles.list} aria-label={label}>
      {lines.map(({ key, what, more, end }) => (
        <li key={key} className={styles.line}>
          <span className={styles.what}>
            <Text weight="semibold">{what}</Text>
            <Text size={200} className={styles.faint}>
              {more.join(" · ")}
            </Text>
          </span>
          {end}
        </li>
      ))}
    </ul>
  );
}
