/** What differs between two versions of a thing, a line each, as people read it. */

export type Change = { name: string; before: string; after: string };

/** A member of a thing, its name on the screen, and how its value is said. */
export type Said<T> = readonly [name: string, say: (of: T) => string];

export function changesOf<T>(before: T, after: T, members: readonly Said<T>[]): Change[] {
  return members
    .map(([name, say]) => ({ name, before: say(before), after: say(after) }))
    .filter((change) => change.before !== change.after);
}

/** One's own changes over what somebody else saved meanwhile: a member that one did not touch is theirs, one that both changed is one's own. */
export function over<T extends object>(base: T, mine: T, theirs: T): T {
  const same = (name: keyof T) => JSON.stringify(mine[name]) === JSON.stringify(base[name]);
  return Object.fromEntries(
    Object.entries(theirs).map(([name, value]) => [name, same(name as keyof T) ? value : mine[name as keyof T]]),
  ) as T;
}

export const yesNo = (value: boolean | null | undefined) => (value == null ? "not said" : value ? "yes" : "no");
