import type { Schemas } from "../../api/client";
import type { Me } from "../../api/session";
import type { Check } from "../../design/Checks";
import type { ComboOption } from "../../design/Combo";
import { type Role, type Thing, whyNot } from "./settings";

export type Grant = Schemas["GrantView"];

/** Roles at one place; an empty place is everywhere. */
export type GrantSet = { place: string; roles: string[] };

export const everywhere = "";

/** What is given by hand, place by place. What an identity provider gives is changed there. */
export function setsOf(grants: readonly Grant[]): GrantSet[] {
  const sets: GrantSet[] = [];
  for (const grant of grants.filter((g) => !g.origin)) {
    const place = grant.place ?? everywhere;
    const known = sets.find((s) => s.place === place);
    if (known === undefined) sets.push({ place, roles: [grant.role] });
    else known.roles.push(grant.role);
  }
  return sets;
}

export function grantsOf(sets: readonly GrantSet[]): { role: string; place?: string }[] {
  return sets.flatMap((s) => s.roles.map((role) => (s.place === everywhere ? { role } : { role, place: s.place })));
}

/** Organisations, workspaces and use cases by id, with what is above each. */
export type Places = ReadonlyMap<string, { name: string; kind: string; depth: number; above: string | undefined }>;

/** The tree comes with what is below behind what is above. */
export function placesOf(tree: readonly Thing[]): Places {
  const places = new Map<string, { name: string; kind: string; depth: number; above: string | undefined }>();
  const above: string[] = [];
  for (const thing of tree) {
    above.length = thing.depth;
    places.set(thing.id, { name: thing.name, kind: thing.kind, depth: thing.depth, above: above.at(-1) });
    above.push(thing.id);
  }
  return places;
}

/** What somebody may do at a place: what they hold there, above it, and everywhere. */
export function heldAt(me: Pick<Me, "places"> | null | undefined, place: string, places: Places): string[] {
  const here = new Set<string | null>([null]);
  for (let at: string | undefined = place; at !== undefined && at !== everywhere; at = places.get(at)?.above) here.add(at);
  return [...new Set((me?.places ?? []).filter((p) => here.has(p.place)).flatMap((p) => p.permissions))];
}

/** Where somebody may give something: everywhere, or what is at and below their places. */
export function optionsOf(me: Pick<Me, "places"> | null | undefined, places: Places): ComboOption[] {
  const gives = (place: string) => heldAt(me, place, places).includes("access.write");
  return [
    ...(gives(everywhere) ? [{ value: everywhere, label: "Everywhere", note: "the whole platform" }] : []),
    ...[...places].filter(([id]) => gives(id)).map(([id, p]) => ({ value: id, label: p.name, note: noteOf(id, places) })),
  ];
}

/** A use case is known by its workspace too. */
function noteOf(id: string, places: Places): string {
  const place = places.get(id);
  const above = place?.above === undefined || place.depth < 2 ? undefined : places.get(place.above)?.name;
  return above === undefined ? (place?.kind ?? "") : `${place?.kind} in ${above}`;
}

export function checksAt(roles: readonly Role[], me: Me | null | undefined, place: string, places: Places): Check[] {
  const mine = heldAt(me, place, places);
  return roles.map((r) => ({ value: r.name, label: r.name, note: r.says, why: whyNot(r, mine) }));
}

/** Roles among these grants that can what somebody cannot, at their places. */
export function above(grants: readonly Grant[], roles: readonly Role[], me: Me | null | undefined, places: Places): string[] {
  const more = grants.filter((g) => {
    const role = roles.find((r) => r.name === g.role);
    return role !== undefined && whyNot(role, heldAt(me, g.place ?? everywhere, places)) !== undefined;
  });
  return [...new Set(more.map((g) => g.role))];
}

/** analyst, engineer in Retail */
export function sayGrants(grants: readonly Grant[], places: Places): string {
  return grants
    .map((g) => {
      const where = g.place == null ? "" : ` in ${places.get(g.place)?.name ?? g.place}`;
      return `${g.role}${where}${g.origin ? ` (${g.origin})` : ""}`;
    })
    .join(", ");
}
