import { useCallback, useMemo, useSyncExternalStore } from "react";
import { ago, fullTime, time, type Zone } from "./format";

const key = "portico-zone";
const watchers = new Set<() => void>();
let chosen: Zone = read();

function read(): Zone {
  try {
    return localStorage.getItem(key) === "utc" ? "utc" : "local";
  } catch {
    return "local";
  }
}

/** The zone in which times are shown, and a way to choose it; what is chosen is kept in this browser. */
export function useZone(): [Zone, (zone: Zone) => void] {
  const zone = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => chosen,
  );
  const choose = useCallback((next: Zone) => {
    chosen = next;
    try {
      localStorage.setItem(key, next);
    } catch {
      // Then it holds until the page is left.
    }
    for (const watcher of watchers) watcher();
  }, []);
  return [zone, choose];
}

/** How times are written in the chosen zone, so that a screen has one. */
export function useTimes() {
  const [zone] = useZone();
  return useMemo(
    () => ({
      time: (value: string | Date, now = new Date()) => time(value, now, zone),
      fullTime: (value: string | Date) => fullTime(value, zone),
      ago: (value: string | Date, now = new Date()) => ago(value, now, zone),
    }),
    [zone],
  );
}
