import { Button, type ButtonProps, Link, type LinkProps } from "@fluentui/react-components";
import { createLink } from "@tanstack/react-router";
import { forwardRef } from "react";

/** A link of Fluent's that stays on the page; typed by the routes. */
export const AppLink = createLink(
  forwardRef<HTMLAnchorElement, LinkProps & { href?: string }>(function AppLink(props, ref) {
    return <Link {...(props as object)} as="a" ref={ref} />;
  }),
);

/** A link that looks like a button. */
export const ButtonLink = createLink(
  forwardRef<HTMLAnchorElement, ButtonProps & { href?: string }>(function ButtonLink(props, ref) {
    return <Button {...(props as object)} as="a" ref={ref} />;
  }),
);
