/** What differs between two versions of a thing, a line each, as people read it. */

export type Change = { name: string; before: string; after: string };

/** A member of a thing, its name on the screen, and how its value is said. */
export type Said<T> = readonly [name: string, say: (of: T) => string];

export function changesOf<T>(before: T, after: T, members: readonly Said<T>[]): Change[] {
  return members
    .map(([name, say]) => ({ name, before: say(before), after: say(after) }))
    .filter((change) => change.before !== change.after);
}

export const yesNo = (value: boolean | null | undefined) => (value == null ? "not said" : value ? "yes" : "no");
