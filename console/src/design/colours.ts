import { useSyncExternalStore } from "react";

/** The roles that a canvas needs: it cannot read variables itself. */
const roles = [
  "surface",
  "text",
  "muted",
  "faint",
  "line",
  "line2",
  "grid",
  "track",
  "accent",
  "ok",
  "warn-fill",
  "bad-fill",
  "refuse",
  "series-1",
  "series-2",
  "series-3",
  "series-4",
  "series-5",
  "series-6",
  "series-other",
] as const;

export type Colour = (typeof roles)[number];
export type Colours = Readonly<Record<Colour, string>>;

const attribute = "data-mantine-color-scheme";
let known: { scheme: string | null; colours: Colours } | undefined;

function read(): Colours {
  const scheme = document.documentElement.getAttribute(attribute);
  if (known?.scheme === scheme) return known.colours;
  const style = getComputedStyle(document.documentElement);
  const colours = Object.fromEntries(roles.map((r) => [r, style.getPropertyValue(`--${r}`).trim()])) as Colours;
  known = { scheme, colours };
  return colours;
}

function watch(changed: () => void) {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: [attribute] });
  return () => observer.disconnect();
}

/** The colours of the scheme that is shown; they change with it. */
export function useColours(): Colours {
  return useSyncExternalStore(watch, read);
}

const series = ["series-1", "series-2", "series-3", "series-4", "series-5", "series-6"] as const;

/** The colour of a place in a list: six, then Other. */
export function seriesColour(place: number): Colour {
  return series[place] ?? "series-other";
}
