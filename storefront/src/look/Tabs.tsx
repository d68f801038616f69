import { makeStyles, tokens } from "@fluentui/react-components";
import { Link, type LinkProps, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

const useStyles = makeStyles({
  tabs: {
    display: "flex",
    gap: tokens.spacingHorizontalXS,
    overflowX: "auto",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  tab: {
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    color: tokens.colorNeutralForeground2,
    textDecorationLine: "none",
    whiteSpace: "nowrap",
    borderBottom: "2px solid transparent",
    borderRadius: `${tokens.borderRadiusMedium} ${tokens.borderRadiusMedium} 0 0`,
    ":hover": { color: tokens.colorNeutralForeground1, backgroundColor: tokens.colorSubtleBackgroundHover },
    "&[aria-current=page]": {
      color: tokens.colorNeutralForeground1,
      fontWeight: tokens.fontWeightSemibold,
      borderBottomColor: tokens.colorCompoundBrandStroke,
    },
  },
});

interface Given {
  label: string;
  tabs: readonly { to: LinkProps["to"]; name: string }[];
}

/** The way between the pages of an area: links, of which one is where one is. */
export function Tabs({ label, tabs }: Given) {
  const styles = useStyles();
  const row = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });

  // On a phone the row is longer than the screen: where one is, is in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: at each place anew
  useEffect(() => {
    const here = row.current?.querySelector<HTMLElement>("[aria-current=page]");
    if (here && row.current) row.current.scrollLeft = here.offsetLeft - row.current.offsetLeft;
  }, [path]);

  return (
    <nav aria-label={label} className={styles.tabs} ref={row}>
      {tabs.map(({ to, name }) => (
        <Link
          key={name}
          to={to}
          activeOptions={{ exact: to === tabs[0]?.to, includeSearch: false }}
          activeProps={{ "aria-current": "page" }}
          className={styles.tab}
          onFocus={({ currentTarget }) =>
            currentTarget.scrollIntoView({ block: "nearest", inline: "nearest" })
          }
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
