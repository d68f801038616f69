import { Link, type LinkProps, makeStyles, tokens } from "@fluentui/react-components";
import { ArrowLeftRegular } from "@fluentui/react-icons";
import { createLink } from "@tanstack/react-router";
import { forwardRef } from "react";

const useStyles = makeStyles({
  back: {
    display: "inline-flex",
    alignItems: "center",
    alignSelf: "start",
    gap: tokens.spacingHorizontalXS,
    marginBottom: tokens.spacingVerticalXS,
  },
});

/** The way back to where a page was reached from, above its title. */
export const BackLink = createLink(
  forwardRef<HTMLAnchorElement, LinkProps & { href?: string }>(function BackLink(
    { children, ...props },
    ref,
  ) {
    const styles = useStyles();
    return (
      <Link {...(props as object)} as="a" ref={ref} className={styles.back}>
        <ArrowLeftRegular aria-hidden="true" />
        {children}
      </Link>
    );
  }),
);
