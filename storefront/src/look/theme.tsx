import { FluentProvider, type Theme, webDarkTheme, webLightTheme } from "@fluentui/react-components";
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";

export const APPEARANCES = ["system", "light", "dark"] as const;
export type Appearance = (typeof APPEARANCES)[number];

const CHOSEN = "appearance";
const dark = matchMedia("(prefers-color-scheme: dark)");

function watchDark(told: () => void): () => void {
  dark.addEventListener("change", told);
  return () => dark.removeEventListener("change", told);
}

function chosen(): Appearance {
  const kept = localStorage.getItem(CHOSEN);
  return APPEARANCES.find((each) => each === kept) ?? "system";
}

interface Chooses {
  appearance: Appearance;
  isDark: boolean;
  choose: (wanted: Appearance) => void;
}

const Chosen = createContext<Chooses>({
  appearance: "system",
  isDark: false,
  choose: () => {},
});

const LIGHT: Theme = { ...webLightTheme, colorNeutralForeground3: "#5c5c5c" }; // readable on the ground as well

/** Light or dark, as the device or its owner wants it. */
export function LookProvider({ children }: { children: ReactNode }) {
  const [appearance, setAppearance] = useState(chosen);
  const deviceIsDark = useSyncExternalStore(watchDark, () => dark.matches);
  const isDark = appearance === "dark" || (appearance === "system" && deviceIsDark);

  useEffect(() => {
    if (appearance === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = appearance;
  }, [appearance]);

  const choice = useMemo(
    () => ({
      appearance,
      isDark,
      choose: (wanted: Appearance) => {
        localStorage.setItem(CHOSEN, wanted);
        setAppearance(wanted);
      },
    }),
    [appearance, isDark],
  );
  return (
    <Chosen.Provider value={choice}>
      <FluentProvider theme={isDark ? webDarkTheme : LIGHT} style={{ background: "transparent" }}>
        {children}
      </FluentProvider>
    </Chosen.Provider>
  );
}

export function useAppearance() {
  return useContext(Chosen);
}

/** Whether the page is dark at the moment. */
export function useIsDark(): boolean {
  return useContext(Chosen).isDark;
}
