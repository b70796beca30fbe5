/** One thing that the palette offers. */
export type Entry = {
  /** The same for the same thing at another time: what was used lately stands first. */
  id: string;
  group: "Go to" | "Do";
  name: string;
  /** What it is, or what doing it changes. */
  note: string;
  /** Other words by which it is found: ids, letters. */
  words?: string;
  /** One of many: offered when something was typed, or when it was used lately. */
  isOneOfMany?: boolean;
  run: () => void;
  /** What can be done with it; Tab lists it. */
  actions?: readonly Entry[];
};

/**
 * Those that a text fits, best first: the name begins with it, a word of the name does, it stands somewhere, its letters stand in order. Among equals what was
 * used lately comes first. `>` in front leaves actions alone.
 */
export function ranked(entries: readonly Entry[], text: string, recent: readonly string[]): readonly Entry[] {
  const onlyActions = text.startsWith(">");
  const said = (onlyActions ? text.slice(1) : text).trim().toLowerCase();
  const some = onlyActions ? entries.filter((e) => e.group === "Do") : entries;
  const age = new Map(recent.map((id, index) => [id, index]));
  const scored: { entry: Entry; score: number; age: number; at: number }[] = [];
  some.forEach((entry, at) => {
    const score = said !== "" ? scoreOf(entry, said) : entry.isOneOfMany && !age.has(entry.id) ? undefined : 0;
    if (score !== undefined) scored.push({ entry, score, age: age.get(entry.id) ?? recent.length, at });
  });
  scored.sort((a, b) => a.score - b.score || a.age - b.age || a.at - b.at);
  return scored.map((s) => s.entry);
}

function scoreOf(entry: Entry, said: string): number | undefined {
  const name = entry.name.toLowerCase();
  if (name.startsWith(said)) return 0;
  if (name.split(/[\s/_.-]+/).some((w) => w.startsWith(said))) return 1;
  if (name.includes(said)) return 2;
  if (entry.words?.toLowerCase().includes(said)) return 3;
  // The letters in order, from the beginning of a word: "nk" is New key.
  let from = 0;
  for (const letter of said) {
    const next = name.indexOf(letter, from);
    if (next < 0) return undefined;
    from = next + 1;
  }
  return 4;
}

const key = "portico-recent";
const kept = 20;

/** What was used lately, newest first, as this browser keeps it. */
export function readRecent(): readonly string[] {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(read) ? read.filter((id): id is string => typeof id === "string") : [];
  } catch {
    return [];
  }
}

export function keepRecent(id: string) {
  try {
    localStorage.setItem(key, JSON.stringify([id, ...readRecent().filter((r) => r !== id)].slice(0, kept)));
  } catch {
    // Then nothing is remembered.
  }
}
