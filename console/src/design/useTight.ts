import { useSyncExternalStore } from "react";

const tight = "(max-width: 1279px)";

/** The window is narrow: lists have fewer columns, and what they leave out stands in the drawer. */
export function useTight(): boolean {
  return useSyncExternalStore(
    (onChange) => {
      const query = matchMedia(tight);
      query.addEventListener("change", onChange);
      return () => query.removeEventListener("change", onChange);
    },
    () => matchMedia(tight).matches,
  );
}
