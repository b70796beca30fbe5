import { useCallback, useSyncExternalStore } from "react";

/** Whether the window is as a media query says. */
export function useMedia(query: string): boolean {
  const watch = useCallback(
    (changed: () => void) => {
      const media = matchMedia(query);
      media.addEventListener("change", changed);
      return () => media.removeEventListener("change", changed);
    },
    [query],
  );
  return useSyncExternalStore(watch, () => matchMedia(query).matches);
}

/** A window in which lists have less room: they leave spare columns out. */
export const useIsTight = () => useMedia("(max-width: 1279px)");
