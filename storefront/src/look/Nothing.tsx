import { makeStyles, Text, tokens } from "@fluentui/react-components";
import type { ReactElement, ReactNode } from "react";

const useStyles = makeStyles({
  nothing: {
    display: "flex",
    flexDirection: "column",
    alignItems: "center",
    gap: tokens.spacingVerticalM,
    padding: `${tokens.spacingVerticalXXXL} ${tokens.spacingHorizontalL}`,
    textAlign: "center",
    border: `1px dashed ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  picture: { fontSize: "40px", color: tokens.colorNeutralForeground3, lineHeight: 1 },
  text: { color: tokens.colorNeutralForeground2, maxWidth: "48ch", textAlign: "center" },
});

interface Given {
  picture?: ReactElement;
  title: string;
  text?: ReactNode;
  children?: ReactNode;
}

/** A list with nothing in it: what will be there, and how it gets there. */
export function Nothing({ picture, title, text, children }: Given) {
  const styles = useStyles();
  return (
    <div className={styles.nothing}>
      {picture && (
        <span className={styles.picture} aria-hidden="true">
          {picture}
        </span>
      )}
      <Text weight="semibold" size={400}>
        {title}
      </Text>
      {text && <Text className={styles.text}>{text}</Text>}
      {children}
    </div>
  );
}
