import { useCallback, useSyncExternalStore } from "react";

export type Scheme = "light" | "dark" | "system";

const key = "portico-scheme";
const system = matchMedia("(prefers-color-scheme: dark)");
const watchers = new Set<() => void>();
let chosen = read();

function read(): Scheme {
  try {
    const kept = localStorage.getItem(key);
    return kept === "light" || kept === "dark" ? kept : "system";
  } catch {
    return "system";
  }
}

function show() {
  const dark = chosen === "dark" || (chosen === "system" && system.matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
  for (const watcher of watchers) watcher();
}

system.addEventListener("change", show);

/** The colours, and a way to choose them; what is chosen is kept in this browser. */
export function useScheme(): [Scheme, (scheme: Scheme) => void] {
  const scheme = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => chosen,
  );
  const choose = useCallback((next: Scheme) => {
    chosen = next;
    try {
      if (next === "system") localStorage.removeItem(key);
      else localStorage.setItem(key, next);
    } catch {
      // Then it holds until the page is left.
    }
    show();
  }, []);
  return [scheme, choose];
}

export function nextScheme(scheme: Scheme): Scheme {
  return scheme === "system" ? (system.matches ? "light" : "dark") : scheme === "dark" ? "light" : "system";
}
