import { makeStyles, mergeClasses, Text, tokens, typographyStyles } from "@fluentui/react-components";
import { type ReactNode, useEffect, useRef } from "react";
import { configuration } from "@/configuration";

const useStyles = makeStyles({
  page: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXL, outlineStyle: "none" },
  narrow: { maxWidth: "720px", width: "100%", marginInline: "auto" },
  head: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXS },
  title: { ...typographyStyles.title2, margin: 0, outlineStyle: "none", textWrap: "balance" },
  line: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    justifyContent: "space-between",
    gap: tokens.spacingHorizontalM,
  },
  lead: { color: tokens.colorNeutralForeground2, maxWidth: "68ch" },
});

interface Given {
  title: string;
  lead?: ReactNode;
  /** What can be done with the whole page, beside its title. */
  actions?: ReactNode;
  /** What leads back, above the title. */
  before?: ReactNode;
  narrow?: boolean;
  children?: ReactNode;
}

let first = true;

/** A page: it names itself in the tab, and whoever cannot see is led to its title. */
export function Page({ title, lead, actions, before, narrow, children }: Given) {
  const styles = useStyles();
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    document.title = `${title} · ${configuration.brand.name}`;
  }, [title]);
  useEffect(() => {
    if (!first) heading.current?.focus({ preventScroll: true });
    first = false;
  }, []);

  return (
    <article className={mergeClasses(styles.page, narrow && styles.narrow)}>
      <header className={styles.head}>
        {before}
        <div className={styles.line}>
          <h1 ref={heading} tabIndex={-1} className={styles.title}>
            {title}
          </h1>
          {actions}
        </div>
        {lead && (
          <Text size={400} className={styles.lead}>
            {lead}
          </Text>
        )}
      </header>
      {children}
    </article>
  );
}
