import type { Schemas } from "../../api/client";
import type { State } from "../../design/Status";

/** The order of each of its lists. */
export type HealthSearch = { rounds?: string | undefined; queues?: string | undefined; counters?: string | undefined };

export type Report = Schemas["HealthReport"];
export type Finding = Schemas["Finding"];

export const states: Record<Finding["state"], { state: State; word: string }> = {
  well: { state: "good", word: "Well" },
  degraded: { state: "risk", word: "Less well than it could be" },
  failed: { state: "failed", word: "Failed" },
};

const order: Finding["state"][] = ["failed", "degraded", "well"];

/** What is not well stands first; else as the API has it. */
export function sorted(checks: readonly Finding[]): Finding[] {
  return [...checks].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
}

/** How the node fares, as a sentence. */
export function sentence(checks: readonly Finding[]): string {
  const failed = checks.filter((c) => c.state === "failed");
  const degraded = checks.filter((c) => c.state === "degraded");
  const names = (all: Finding[]) => all.map((c) => c.what).join(", ");
  if (failed.length > 0) return `Not well: ${names(failed)}`;
  return degraded.length > 0 ? `Works, less well than it could: ${names(degraded)}` : "Everything that was looked at is well";
}

/** Nodes that hold a round and are not the one that answers. */
export function others(report: Report): { id: string; until: string; rounds: string[] }[] {
  const found = new Map<string, { id: string; until: string; rounds: string[] }>();
  for (const round of report.rounds) {
    if (round.holder === null || round.holder === undefined || round.here || round.held_until == null) continue;
    const node = found.get(round.holder) ?? { id: round.holder, until: round.held_until, rounds: [] };
    node.rounds.push(round.name);
    if (round.held_until > node.until) node.until = round.held_until;
    found.set(round.holder, node);
  }
  return [...found.values()];
}
