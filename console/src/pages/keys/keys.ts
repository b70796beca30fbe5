import type { Schemas } from "../../api/client";
import type { State } from "../../design/Status";

export type Key = Schemas["ServiceKey"];

export const keySearchNames = ["key", "new", "q", "state", "use_case", "person", "sort"] as const;
export type KeySearch = { [Name in (typeof keySearchNames)[number]]?: string | undefined };

/** Days before the end of a key from which on one is warned. */
export const warnDays = 14;

const day = 86_400_000;

export type KeyCondition = "works" | "ends_soon" | "expired" | "disabled" | "revoked";

export const conditions: readonly { value: KeyCondition; label: string }[] = [
  { value: "works", label: "works" },
  { value: "ends_soon", label: "expires soon" },
  { value: "expired", label: "expired" },
  { value: "disabled", label: "disabled" },
  { value: "revoked", label: "revoked" },
];

export function conditionOf(key: Pick<Key, "state" | "expires_at">, now: Date): KeyCondition {
  if (key.state !== "active") return key.state;
  if (key.expires_at === null) return "works";
  const left = new Date(key.expires_at).getTime() - now.getTime();
  return left <= 0 ? "expired" : left < warnDays * day ? "ends_soon" : "works";
}

/** A key by its state and its end. */
export function stateOf(key: Pick<Key, "state" | "expires_at">, now: Date): { state: State; word: string } {
  switch (conditionOf(key, now)) {
    case "revoked":
      return { state: "failed", word: "Revoked" };
    case "disabled":
      return { state: "idle", word: "Disabled" };
    case "expired":
      return { state: "failed", word: "Expired" };
    case "ends_soon": {
      const days = Math.ceil((new Date(key.expires_at ?? "").getTime() - now.getTime()) / day);
      return { state: "risk", word: days === 1 ? "Expires within a day" : `Expires in ${days} days` };
    }
    default:
      return { state: "good", word: "Works" };
  }
}

/** Keys that a search and filters leave, those that work first, then by name. */
export function found(
  keys: readonly Key[],
  search: KeySearch,
  workspace: string | undefined,
  workspaceOf: (key: Key) => string | undefined,
  wordsOf: (key: Key) => string,
  now: Date,
): Key[] {
  const said = (search.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const rank = (k: Key) => (k.state === "revoked" ? 1 : 0);
  return keys
    .filter(
      (k) =>
        (workspace === undefined || workspaceOf(k) === workspace) &&
        (search.use_case === undefined || k.use_case_id === search.use_case) &&
        (search.person === undefined || k.person_id === search.person) &&
        (search.state === undefined || conditionOf(k, now) === search.state),
    )
    .filter((k) => {
      const words = `${k.name} ${k.prefix} ${k.id} ${wordsOf(k)}`.toLowerCase();
      return said.every((w) => words.includes(w));
    })
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

/** Days of the strip. */
export const stripDays = 14;

/** Use of a key, day by day up to today, as UTC has them. */
export type Use = { calls: number[]; cost: number[] };

export const daysUntil = (now: Date): string[] =>
  Array.from({ length: stripDays }, (_, i) => new Date(now.getTime() - (stripDays - 1 - i) * day).toISOString().slice(0, 10));

export function usesOf(lines: readonly Schemas["UsageLine"][], days: readonly string[]): ReadonlyMap<string, Use> {
  const place = new Map(days.map((d, i) => [d, i]));
  const uses = new Map<string, Use>();
  for (const line of lines) {
    const at = place.get((line.group.day ?? "").slice(0, 10));
    const id = line.group.key ?? "";
    if (at === undefined || id === "") continue;
    let use = uses.get(id);
    if (use === undefined) {
      use = { calls: days.map(() => 0), cost: days.map(() => 0) };
      uses.set(id, use);
    }
    use.calls[at] = (use.calls[at] ?? 0) + line.calls;
    use.cost[at] = (use.cost[at] ?? 0) + line.cost_nano_usd;
  }
  return uses;
}

export const sum = (values: readonly number[]) => values.reduce((all, v) => all + v, 0);

/** `10.0.0.0/8, 192.168.1.4` and lines alike. */
export const listOf = (text: string): string[] =>
  text
    .split(/[,\s]+/)
    .map((t) => t.trim())
    .filter((t) => t !== "");
