import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { NavigationRegular, PersonCircleRegular, SettingsRegular } from "@fluentui/react-icons";
import { Link, useNavigate, useRouterState } from "@tanstack/react-router";
import { lazy } from "react";
import { configuration } from "@/configuration";
import { loadMenus, Opens } from "@/frame/Opens";
import { useCommon } from "@/i18n/common";
import type { Person } from "@/session/person";
import { useSession } from "@/session/session";

const PlacesMenu = lazy(async () => ({ default: (await loadMenus()).PlacesMenu }));
const SettingsMenu = lazy(async () => ({ default: (await loadMenus()).SettingsMenu }));
const PersonMenu = lazy(async () => ({ default: (await loadMenus()).PersonMenu }));

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
        {places.length > 0 && (
          <Opens label={t("nav.menu")} icon={<NavigationRegular />} className={styles.phone}>
            <PlacesMenu places={places} className={styles.phone} />
          </Opens>
        )}
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
        <Opens label={t("nav.settings")} icon={<SettingsRegular />}>
          <SettingsMenu />
        </Opens>
        {person ? (
          <Opens
            key={person.sub}
            label={t("nav.account", { name: person.name })}
            icon={<PersonCircleRegular fontSize={28} />}
          >
            <PersonMenu person={person} />
          </Opens>
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
