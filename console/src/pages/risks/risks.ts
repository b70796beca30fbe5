import type { Schemas } from "../../api/client";
import type { State } from "../../design/Status";
import { tasks } from "../../shell/places";

export type Register = Schemas["RiskView"];
export type Control = Schemas["ControlView"];
export type Framework = Schemas["FrameworkView"];
export type Item = Schemas["RiskItem"];
export type ControlState = NonNullable<Control["state"]>;

export type RiskSearch = {
  /** Where controls are checked; none: the mapping alone. */
  level?: string | undefined;
  /** A framework, or controls: all of them by themselves. */
  tab?: string | undefined;
  /** open: items that something is left to do about. */
  show?: string | undefined;
};

export const riskSearchNames = ["level", "tab", "show"] as const;

/** What a level is called when none is looked at. */
export const noLevel = "none";

/** Shape and word of each state, in the order in which sums tell them. */
export const states: Record<ControlState, { state: State; word: string }> = {
  in_force: { state: "good", word: "in force" },
  partial: { state: "partial", word: "partial" },
  absent: { state: "risk", word: "absent" },
  unknown: { state: "left", word: "unknown" },
};

/** The controls of an item. */
export function controlsOf(item: Item, all: ReadonlyMap<string, Control>): Control[] {
  return item.controls.flatMap((id) => all.get(id) ?? []);
}

/** How many controls stand how: those that there are none of are left out. */
export function sums(controls: readonly Control[]): { state: ControlState; count: number }[] {
  return (Object.keys(states) as ControlState[])
    .map((state) => ({ state, count: controls.filter((c) => c.state === state).length }))
    .filter((s) => s.count > 0);
}

/** Something is left to do about it here: it is not covered, or a control of it is not in force. */
export function isOpen(item: Item, all: ReadonlyMap<string, Control>): boolean {
  return item.controls.length === 0 || controlsOf(item, all).some((c) => c.state !== null && c.state !== "in_force");
}

/** The page of the console that shows a control, with what it needs to show the level. */
export function placeOf(control: Control, level: string | undefined) {
  const place = tasks.flatMap((t) => t.places).find((p) => p.to === control.page);
  if (place === undefined) return undefined;
  const search = place.to === "/policies" && level !== undefined ? { level, tab: "effective" } : {};
  return { to: place.to, name: place.name, search };
}
