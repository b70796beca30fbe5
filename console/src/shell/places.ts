import type { LinkProps } from "@tanstack/react-router";

/** A page that one can go to. */
export type Place = {
  to: NonNullable<LinkProps["to"]>;
  name: string;
  /** The permission without which there is nothing to see; none = everybody may. */
  needs?: string;
  /** The letter that leads there after G. */
  letter?: string;
};

/** The pages by task, in the order of the navigation. What one may not see is not there. */
export const tasks: readonly { name?: string; places: readonly Place[] }[] = [
  { places: [{ to: "/overview", name: "Overview", needs: "usage.read", letter: "o" }] },
  {
    name: "Build",
    places: [{ to: "/playground", name: "Playground", needs: "playground.use", letter: "p" }],
  },
  {
    name: "Learn",
    places: [{ to: "/learning", name: "Learning", letter: "l" }],
  },
  {
    name: "Operate",
    places: [
      { to: "/calls", name: "Calls", needs: "calls.read", letter: "c" },
      { to: "/models", name: "Models", needs: "models.read", letter: "m" },
      { to: "/routes", name: "Routes", needs: "routes.read", letter: "r" },
      { to: "/keys", name: "Keys", needs: "keys.read", letter: "k" },
      { to: "/budgets", name: "Budgets", needs: "budgets.read", letter: "b" },
      { to: "/usage", name: "Usage", needs: "usage.read", letter: "u" },
      { to: "/alerts", name: "Alerts", letter: "t" },
      { to: "/health", name: "Health", needs: "health.read", letter: "h" },
    ],
  },
  {
    name: "Govern",
    places: [
      { to: "/policies", name: "Policies", needs: "policies.read", letter: "i" },
      { to: "/findings", name: "Findings", needs: "calls.read", letter: "f" },
      { to: "/risks", name: "Risks", needs: "policies.read", letter: "x" },
      { to: "/audit", name: "Audit", needs: "audit.read", letter: "a" },
      { to: "/evidence", name: "Evidence", needs: "reveals.read", letter: "e" },
      { to: "/settings", name: "Settings", letter: "s" },
    ],
  },
];

/** Pages that stand at the foot of the navigation. */
export const foot: readonly Place[] = [{ to: "/design", name: "Design system" }];

export function allowed(places: readonly Place[], permissions: readonly string[]): readonly Place[] {
  return places.filter((p) => p.needs === undefined || permissions.includes(p.needs));
}

/** Whether a page, or what is below it, is there for someone with these permissions. */
export function mayOpen(to: Place["to"], permissions: readonly string[]): boolean {
  const place = [...tasks.flatMap((t) => t.places), ...foot].find((p) => to === p.to || to.startsWith(`${p.to}/`));
  return place !== undefined && allowed([place], permissions).length > 0;
}
