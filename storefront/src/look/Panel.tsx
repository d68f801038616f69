import { makeStyles, mergeClasses, Subtitle2, tokens } from "@fluentui/react-components";
import { type ReactNode, useId } from "react";

const useStyles = makeStyles({
  panel: {
    display: "flex",
    flexDirection: "column",
    gap: tokens.spacingVerticalM,
    padding: tokens.spacingHorizontalXL,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusXLarge,
    minWidth: 0,
    "@media (max-width: 480px)": { padding: tokens.spacingHorizontalL },
  },
  head: {
    display: "flex",
    flexWrap: "wrap",
    justifyContent: "space-between",
    alignItems: "center",
    gap: tokens.spacingHorizontalM,
  },
  title: { margin: 0 },
});

interface Given {
  title?: string;
  /** Of its title; 3 where it is one of several under a title of their own. */
  level?: 2 | 3;
  actions?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A part of a page on paper of its own. */
export function Panel({ title, level = 2, actions, className, children }: Given) {
  const styles = useStyles();
  const id = useId();
  return (
    <section className={mergeClasses(styles.panel, className)} aria-labelledby={title ? id : undefined}>
      {(title || actions) && (
        <div className={styles.head}>
          {title && (
            <Subtitle2 as={`h${level}`} id={id} className={styles.title}>
              {title}
            </Subtitle2>
          )}
          {actions}
        </div>
      )}
      {children}
    </section>
  );
}
