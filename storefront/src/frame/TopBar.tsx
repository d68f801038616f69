import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { Link, useNavigate, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { configuration } from "@/configuration";
import { useCommon } from "@/i18n/common";
import type { Person } from "@/session/person";
import { useSession } from "@/session/session";

// What opens comes after the page is there: it is a third of all that a first visit would have to load.
const PlacesMenu = lazy(() => import("@/frame/menus").then((found) => ({ default: found.PlacesMenu })));
const SettingsMenu = lazy(() => import("@/frame/menus").then((found) => ({ default: found.SettingsMenu })));
const PersonMenu = lazy(() => import("@/frame/menus").then((found) => ({ default: found.PersonMenu })));

const BAR = "56px";
const PHONE = "@media (max-width: 860px)";

const useStyles = makeStyles({
  bar: {
    position: "sticky",
    top: 0,
    zIndex: 10,
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  inside: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalS,
    height: BAR,
    maxWidth: "1160px",
    marginInline: "auto",
    paddingInline: tokens.spacingHorizontalXXL,
    "@media (max-width: 640px)": { paddingInline: tokens.spacingHorizontalL },
  },
  brand: {
    display: "flex",
    alignItems: "center",
    gap: tokens.spacingHorizontalS,
    color: tokens.colorNeutralForeground1,
    textDecorationLine: "none",
    borderRadius: tokens.borderRadiusMedium,
    marginRight: tokens.spacingHorizontalM,
  },
  links: { display: "flex", alignSelf: "stretch", flexGrow: 1, minWidth: 0, [PHONE]: { display: "none" } },
  link: {
    display: "flex",
    alignItems: "center",
    paddingInline: tokens.spacingHorizontalM,
    color: tokens.colorNeutralForeground2,
    textDecorationLine: "none",
    whiteSpace: "nowrap",
    borderBottom: "2px solid transparent",
    borderTop: "2px solid transparent",
    ":hover": { color: tokens.colorNeutralForeground1 },
    "&[aria-current=page]": {
      color: tokens.colorNeutralForeground1,
      fontWeight: tokens.fontWeightSemibold,
      borderBottomColor: tokens.colorCompoundBrandStroke,
    },
  },
  room: { display: "none", [PHONE]: { display: "block", flexGrow: 1 } },
  place: { width: "32px" },
  phone: { display: "none", minWidth: "32px", [PHONE]: { display: "inline-flex" } },
});

export interface Place {
  to: string;
  label: string;
}

/** Where somebody can go, by what they are. */
function usePlaces(person: Person | null | undefined): Place[] {
  const { t } = useCommon();
  const has = (role: string) => person?.roles.some((each) => each === role);
  const places: Place[] = [];
  if (has("client")) {
    places.push(
      { to: "/subscriptions", label: t("nav.subscriptions") },
      { to: "/billing", label: t("nav.billing") },
    );
  }
  if (has("freelancer")) places.push({ to: "/freelancer", label: t("nav.freelancer") });
  if (has("operator")) places.push({ to: "/operator", label: t("nav.operator") });
  if (!has("operator") && !has("freelancer")) places.unshift({ to: "/", label: t("nav.plans") });
  return places;
}

export function TopBar() {
  const styles = useStyles();
  const { t } = useCommon();
  const { person } = useSession();
  const places = usePlaces(person);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const isHere = (to: string) => (to === "/" ? path === "/" || path.startsWith("/l/") : path.startsWith(to));

  return (
    <header className={styles.bar}>
      <div className={styles.inside}>
        <Suspense fallback={<span className={styles.phone} />}>
          {places.length > 0 && <PlacesMenu places={places} className={styles.phone} />}
        </Suspense>
        <Link to="/" className={styles.brand}>
          <img src="/favicon.svg" alt="" width={24} height={24} />
          <Text weight="semibold" size={400}>
            {configuration.brand.name}
          </Text>
        </Link>
        <nav aria-label={t("nav.main")} className={styles.links}>
          {places.map(({ to, label }) => (
            <Link key={to} to={to} className={styles.link} aria-current={isHere(to) ? "page" : undefined}>
              {label}
            </Link>
          ))}
        </nav>
        <div className={styles.room} />
        <Suspense fallback={<span className={styles.place} />}>
          <SettingsMenu />
        </Suspense>
        {person ? (
          <Suspense fallback={<span className={styles.place} />}>
            <PersonMenu person={person} />
          </Suspense>
        ) : (
          <SignInButton waiting={person === undefined} />
        )}
      </div>
    </header>
  );
}

function SignInButton({ waiting }: { waiting: boolean }) {
  const { t } = useCommon();
  const navigate = useNavigate();
  const here = useRouterState({ select: (state) => state.location.href });
  return (
    <Button
      appearance="primary"
      disabledFocusable={waiting}
      onClick={() => void navigate({ to: "/sign-in", search: { return_to: here } })}
    >
      {t("nav.sign_in")}
    </Button>
  );
}
