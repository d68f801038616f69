import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { configuration } from "@/configuration";
import { TopBar } from "@/frame/TopBar";
import { useCommon } from "@/i18n/common";
import { Waiting } from "@/look/Loaded";

const Machine = lazy(() => import("@/machine/Machine").then(({ Machine }) => ({ default: Machine })));

const useStyles = makeStyles({
  frame: {
    display: "flex",
    flexDirection: "column",
    minHeight: "100dvh",
    // Whatever is still being read would push the foot away: it comes when it has its place.
    "&:has(> main [aria-busy=true]) > footer": { visibility: "hidden" },
    // What gets the focus comes out from under the bars above and below. The bars themselves do not, nor what
    // opens from them: there is nowhere to scroll to.
    "& > :is(main, footer) :is(a, button, input, select, textarea, [tabindex])": {
      scrollMarginTop: "80px",
      scrollMarginBottom: "calc(var(--under-bar, 0px) + 8px)",
    },
  },
  skip: {
    position: "fixed",
    left: tokens.spacingHorizontalM,
    top: "-64px",
    zIndex: 20,
    ":focus-within": { top: tokens.spacingVerticalS },
  },
  main: {
    flexGrow: 1,
    width: "100%",
    maxWidth: "1160px",
    marginInline: "auto",
    padding: `${tokens.spacingVerticalXXXL} ${tokens.spacingHorizontalXXL} 64px`,
    "@media (max-width: 640px)": { padding: `${tokens.spacingVerticalXL} ${tokens.spacingHorizontalL} 48px` },
  },
  foot: {
    display: "flex",
    flexWrap: "wrap",
    gap: tokens.spacingHorizontalL,
    justifyContent: "space-between",
    maxWidth: "1160px",
    width: "100%",
    marginInline: "auto",
    padding: `${tokens.spacingVerticalL} ${tokens.spacingHorizontalXXL}`,
    color: tokens.colorNeutralForeground3,
    "@media (max-width: 640px)": { paddingInline: tokens.spacingHorizontalL },
  },
  mail: { color: tokens.colorNeutralForeground2 },
});

/** What stands around every page: the bar, the way past it, the foot, and in the sandbox the time machine. */
export function Frame() {
  const styles = useStyles();
  const { t } = useCommon();

  return (
    <div className={styles.frame}>
      <div className={styles.skip}>
        <Button
          as="a"
          href="#content"
          onClick={(event) => {
            event.preventDefault();
            document.getElementById("content")?.focus();
          }}
        >
          {t("nav.skip")}
        </Button>
      </div>
      <TopBar />
      <main id="content" tabIndex={-1} className={styles.main} style={{ outline: "none" }}>
        <Suspense fallback={<Waiting />}>
          <Outlet />
        </Suspense>
      </main>
      <footer className={styles.foot}>
        <Text size={200}>{t("nav.rights", { brand: configuration.brand.name })}</Text>
        <Text size={200}>
          {t("nav.support")}{" "}
          <a className={styles.mail} href={`mailto:${configuration.brand.support_email}`}>
            {configuration.brand.support_email}
          </a>
        </Text>
      </footer>
      {configuration.sandbox && (
        <Suspense fallback={null}>
          <Machine />
        </Suspense>
      )}
    </div>
  );
}
