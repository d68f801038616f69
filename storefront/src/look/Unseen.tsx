import { makeStyles } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  unseen: {
    position: "absolute",
    width: "1px",
    height: "1px",
    overflow: "hidden",
    clipPath: "inset(50%)",
    whiteSpace: "nowrap",
  },
});

/** Words for whoever listens, where a look says enough; `as` a div where they are more than words. */
export function Unseen({ as: Element = "span", children }: { as?: "span" | "div"; children: ReactNode }) {
  const styles = useStyles();
  return <Element className={styles.unseen}>{children}</Element>;
}
