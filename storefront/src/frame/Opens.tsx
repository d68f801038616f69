import { Button } from "@fluentui/react-components";
import { type ReactElement, type ReactNode, Suspense, useState } from "react";

/** Loads what opens from the bar: a third of all that a first visit would have to load otherwise. */
export const loadMenus = () => import("@/frame/menus");

interface Given {
  label: string;
  icon: ReactElement;
  className?: string;
  /** The same button with its menu, which is open. */
  children: ReactNode;
}

/** A button whose menu comes once somebody wants it, and is on its way as soon as they come near. */
export function Opens({ label, icon, className, children }: Given) {
  const [wanted, setWanted] = useState(false);
  const button = (
    <Button
      className={className}
      appearance="subtle"
      icon={icon}
      aria-label={label}
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={() => void loadMenus()}
      onFocus={() => void loadMenus()}
      onClick={() => setWanted(true)}
    />
  );
  return wanted ? <Suspense fallback={button}>{children}</Suspense> : button;
}
