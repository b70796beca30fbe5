import { count, duration, percent } from "../../design/format";
import type { State } from "../../design/Status";
import type { Cell } from "../../design/Strip";
import type { Connection, ConnectionHealth, DeploymentHealth, ProviderHour } from "./models";

type Counts = ProviderHour["attempts"];

const hourMs = 3_600_000;

/** What callers asked wrongly, and calls that they left, say nothing of a provider. */
export function telling(counts: Counts): { attempts: number; failed: number } {
  const failed = counts.credential + counts.rate_limit + counts.model + counts.upstream;
  return { attempts: counts.completed + failed, failed };
}

const words: [keyof Counts, string][] = [
  ["rate_limit", "rate limited"],
  ["credential", "credential refused"],
  ["model", "model failed"],
  ["upstream", "provider failed"],
];

/** 3 provider failed, 1 rate limited; empty where nothing failed. */
export function causes(counts: Counts): string {
  return words
    .filter(([name]) => counts[name] > 0)
    .sort((a, b) => counts[b[0]] - counts[a[0]])
    .map(([name, word]) => `${count(counts[name])} ${word}`)
    .join(", ");
}

function add(a: Counts, b: Counts): Counts {
  return Object.fromEntries(Object.entries(a).map(([name, n]) => [name, n + b[name as keyof Counts]])) as Counts;
}

export type Day = {
  cells: Cell[];
  attempts: number;
  failed: number;
  counts: Counts;
  /** Over the completed attempts of the day; null where there was none. */
  meanUs: number | null;
  firstUs: number | null;
};

const nothing: Counts = { completed: 0, abandoned: 0, caller: 0, credential: 0, rate_limit: 0, model: 0, upstream: 0 };

const clock = (time: Date) => `${time.getHours().toString().padStart(2, "0")}:${time.getMinutes().toString().padStart(2, "0")}`;

/** The last 24 hours, that which runs included, of those lines that count. */
export function dayOf(lines: readonly ProviderHour[], at: Date, counts: (line: ProviderHour) => boolean): Day {
  const newest = Math.floor(at.getTime() / hourMs) * hourMs;
  const hours = Array.from({ length: 24 }, () => ({ counts: nothing, timeUs: 0 }));
  let [all, timed, us, heard, firstUs] = [nothing, 0, 0, 0, 0];
  for (const line of lines) {
    const back = (newest - new Date(line.hour).getTime()) / hourMs;
    const hour = hours[23 - back];
    if (hour === undefined || !counts(line)) continue;
    hour.counts = add(hour.counts, line.attempts);
    all = add(all, line.attempts);
    const good = line.attempts.completed;
    if (line.mean_duration_us !== null) {
      hour.timeUs += line.mean_duration_us * good;
      timed += good;
      us += line.mean_duration_us * good;
    }
    if (line.mean_first_output_us !== null) {
      heard += good;
      firstUs += line.mean_first_output_us * good;
    }
  }
  const cells = hours.map(({ counts, timeUs }, i): Cell => {
    const from = new Date(newest - (23 - i) * hourMs);
    const { attempts, failed } = telling(counts);
    const mean = counts.completed === 0 ? "" : `, ${duration(timeUs / counts.completed)} on average`;
    const why = failed === 0 ? "" : `: ${causes(counts)}`;
    const says =
      attempts === 0
        ? `${clock(from)}: no attempts`
        : `${clock(from)}: ${count(attempts)} attempts, ${percent(failed / attempts)} failed${why}${mean}`;
    return { key: from.toISOString(), says, attempts, failed };
  });
  return {
    cells,
    ...telling(all),
    counts: all,
    meanUs: timed === 0 ? null : us / timed,
    firstUs: heard === 0 ? null : firstUs / heard,
  };
}

/** In words for those who do not see the strip. */
export function daySays(name: string, day: Day): string {
  return day.attempts === 0
    ? `${name}: no attempts in 24 hours`
    : `${name}: ${count(day.attempts)} attempts in 24 hours, ${percent(day.failed / day.attempts)} failed`;
}

/** How a connection is now, worst first. */
export function stateOfConnection(
  connection: Connection,
  health: ConnectionHealth | undefined,
  day: Day | undefined,
): { state: State; word: string } {
  if (connection.disabled) return { state: "idle", word: "Switched off" };
  if (health?.credential_benched_until != null) return { state: "failed", word: "Credential refused" };
  const on = health?.deployments.filter((d) => !d.disabled) ?? [];
  const out = on.filter((d) => d.unavailable_until !== null || d.breaker === "open").length;
  if (out > 0 && out === on.length) return { state: "failed", word: "Not called now" };
  if (out > 0) return { state: "risk", word: `${out} of ${on.length} not called now` };
  if (on.length === 0) return { state: "idle", word: "Serves no model" };
  if (day !== undefined && day.attempts > 0 && day.failed / day.attempts >= 0.05) return { state: "risk", word: "Failing often" };
  return day === undefined || day.attempts === 0 ? { state: "idle", word: "Not called lately" } : { state: "good", word: "Well" };
}

/** How a deployment is on the node that answered. */
export function stateOfDeployment(health: DeploymentHealth | undefined): { state: State; word: string } | null {
  if (health === undefined || health.disabled) return null;
  if (health.breaker === "open") return { state: "failed", word: "Breaker open" };
  if (health.breaker === "half_open") return { state: "risk", word: "Breaker on trial" };
  if (health.unavailable_until !== null) return { state: "risk", word: "Cooling down" };
  return null;
}
