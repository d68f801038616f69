/** What opens from the bar. */
import {
  Button,
  Menu,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuItemLink,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from "@fluentui/react-components";
import { NavigationRegular, PersonCircleRegular, SettingsRegular } from "@fluentui/react-icons";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Place } from "@/frame/TopBar";
import { LANGUAGE_NAMES, LANGUAGES, type Language, language, speak } from "@/i18n";
import { useCommon } from "@/i18n/common";
import { APPEARANCES, type Appearance, useAppearance } from "@/look/theme";
import { identity } from "@/session/identity";
import type { Person } from "@/session/person";

/** Whether a menu is open: it is asked for by opening it, and so it begins. */
function useOpen() {
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(true), []);
  return { open, onOpenChange: (_: unknown, data: { open: boolean }) => setOpen(data.open) };
}

/** Where one can go, on a phone. */
export function PlacesMenu({ places, className }: { places: Place[]; className: string }) {
  const { t } = useCommon();
  const router = useRouter();
  return (
    <Menu {...useOpen()}>
      <MenuTrigger disableButtonEnhancement>
        <Button
          className={className}
          appearance="subtle"
          icon={<NavigationRegular />}
          aria-label={t("nav.menu")}
        />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {places.map(({ to, label }) => (
            <MenuItemLink
              key={to}
              href={to}
              onClick={(event) => {
                event.preventDefault();
                router.history.push(to);
              }}
            >
              {label}
            </MenuItemLink>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

/** Language and appearance. */
export function SettingsMenu() {
  const { t } = useCommon();
  const { appearance, choose } = useAppearance();
  return (
    <Menu
      {...useOpen()}
      checkedValues={{ language: [language()], appearance: [appearance] }}
      onCheckedValueChange={(_, { name, checkedItems }) => {
        if (name === "language") speak(checkedItems[0] as Language);
        else choose(checkedItems[0] as Appearance);
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" icon={<SettingsRegular />} aria-label={t("nav.settings")} />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuGroup>
            <MenuGroupHeader>{t("nav.language")}</MenuGroupHeader>
            {LANGUAGES.map((each) => (
              <MenuItemRadio key={each} name="language" value={each} lang={each}>
                {LANGUAGE_NAMES[each]}
              </MenuItemRadio>
            ))}
          </MenuGroup>
          <MenuDivider />
          <MenuGroup>
            <MenuGroupHeader>{t("nav.theme")}</MenuGroupHeader>
            {APPEARANCES.map((each) => (
              <MenuItemRadio key={each} name="appearance" value={each}>
                {t(`nav.theme_${each}`)}
              </MenuItemRadio>
            ))}
          </MenuGroup>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

/** Who is signed in, and the way out. */
export function PersonMenu({ person }: { person: Person }) {
  const { t } = useCommon();
  const navigate = useNavigate();
  return (
    <Menu {...useOpen()}>
      <MenuTrigger disableButtonEnhancement>
        <Button
          appearance="subtle"
          aria-label={t("nav.account", { name: person.name })}
          icon={<PersonCircleRegular fontSize={28} />}
        />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuGroup>
            <MenuGroupHeader>
              {person.name}
              <br />
              {person.email}
            </MenuGroupHeader>
          </MenuGroup>
          <MenuDivider />
          <MenuItem onClick={() => void identity.signOut().then(() => navigate({ to: "/" }))}>
            {t("nav.sign_out")}
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
