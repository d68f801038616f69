import { Button, Menu, MenuItemLink, MenuList, MenuPopover, MenuTrigger } from "@fluentui/react-components";
import {
  CalendarSyncRegular,
  DismissCircleRegular,
  MoreHorizontalRegular,
  OpenRegular,
  PeopleSettingsRegular,
  PersonAddRegular,
} from "@fluentui/react-icons";
import { useRouter } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Subscription } from "@/api/queries";
import { useTexts } from "@/client/texts";

type Item = "open" | "account" | "renewal" | "permissions" | "cancel";

const ICONS: Record<Item, ReactElement> = {
  open: <OpenRegular />,
  account: <PersonAddRegular />,
  renewal: <CalendarSyncRegular />,
  permissions: <PeopleSettingsRegular />,
  cancel: <DismissCircleRegular />,
};

/** What the API lets somebody do, by the item of the menu that leads there. */
const NEEDS: Record<Exclude<Item, "open">, readonly string[]> = {
  account: ["submit_microsoft_account"],
  renewal: ["turn_renewal_off", "turn_renewal_on"],
  permissions: ["delegate", "revoke_delegation"],
  cancel: ["cancel"],
};

/** What can be done with a subscription, in the order of the menu. */
export function items(subscription: Subscription): Exclude<Item, "open">[] {
  return (["account", "renewal", "permissions", "cancel"] as const).filter((item) =>
    NEEDS[item].some((action) => subscription.available_actions.includes(action)),
  );
}

/** The three dots. */
export function ActionsMenu({ subscription, open = false }: { subscription: Subscription; open?: boolean }) {
  const { t } = useTexts();
  const router = useRouter();
  const here = `/subscriptions/${subscription.id}`;
  const shown: Item[] = [...(open ? (["open"] as const) : []), ...items(subscription)];
  if (shown.length === 0) return null;
  return (
    <Menu positioning="below-end">
      <MenuTrigger disableButtonEnhancement>
        <Button
          appearance="subtle"
          icon={<MoreHorizontalRegular />}
          aria-label={t("list.actions", { plan: subscription.plan.name })}
        />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {shown.map((item) => {
            const to = item === "open" ? here : `${here}/${item}`;
            return (
              <MenuItemLink
                key={item}
                href={to}
                icon={ICONS[item]}
                onClick={(event) => {
                  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                  event.preventDefault();
                  router.history.push(to);
                }}
              >
                {t(`menu.${item}`)}
              </MenuItemLink>
            );
          })}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
