import type { Schemas } from "../../api/client";
import { type Band, type Interval, intervalMs, timeBands } from "../../design/bands";
import type { Series } from "../../design/Chart";
import { seriesColour } from "../../design/colours";
import type { Zone } from "../../design/format";
import { parseRange } from "../../design/range";

export type Line = Schemas["UsageLine"];
export type Report = Schemas["UsageReport"];

export const figures = ["spend", "calls", "tokens", "latency", "failed", "saved"] as const;
export type Figure = (typeof figures)[number];

export const groupings = ["use_case", "workspace", "model", "key"] as const;
export type Grouping = (typeof groupings)[number];

export type OverviewSearch = {
  /** A stretch of time as one says it. */
  time?: string | undefined;
  show?: string | undefined;
  by?: string | undefined;
  /** The order of the groups. */
  sort?: string | undefined;
};

export const usualTime = "14d";

/** What is looked at, the time of the same length before it, and how both are cut. */
export type Span = { from: number; to: number; before: { from: number; to: number }; interval: Interval; isOpen: boolean };

const hour = 3_600_000;

const intervalOf = (length: number): Interval => (length <= 3 * hour ? "minute" : length <= 96 * hour ? "hour" : "day");

/**
 * "The last 14 days" are 14 bands: the one that is now and those before it, so that no bar shows a part of its time. What is before is moved by whole days,
 * so that hours are held against the same hours; minutes against those just before.
 */
export function spanOf(text: string | undefined, now: number, zone: Zone): Span {
  const said = text !== undefined && parseRange(text, new Date(now), zone) !== undefined ? text : usualTime;
  const range = parseRange(said, new Date(now), zone);
  if (range === undefined) throw new Error("The usual range cannot be read");
  const to = range.to?.getTime() ?? now;
  const interval = intervalOf(to - range.from.getTime());
  const step = intervalMs[interval];
  const bands = Math.max(1, Math.round((to - range.from.getTime()) / step));
  const isLast = /^(last )?\d+ ?[a-z]+$/.test(said.trim()) && range.to === undefined;
  const from = isLast ? (Math.floor(now / step) - bands + 1) * step : range.from.getTime();
  const whole = interval === "minute" ? step : intervalMs.day;
  const shift = Math.ceil((to - from) / whole) * whole;
  return { from, to, before: { from: from - shift, to: to - shift }, interval, isOpen: range.to === undefined };
}

export const iso = (ms: number) => new Date(ms).toISOString();

export const tokensOf = (l: Line) =>
  (l.input_tokens ?? 0) +
  (l.cache_read_tokens ?? 0) +
  (l.cache_write_tokens ?? 0) +
  (l.output_tokens ?? 0) +
  (l.reasoning_tokens ?? 0);

/** What a figure adds up, of one line. */
export const amountOf: Record<Exclude<Figure, "latency">, (l: Line) => number> = {
  spend: (l) => l.cost_nano_usd ?? 0,
  calls: (l) => l.calls ?? 0,
  tokens: tokensOf,
  failed: (l) => l.calls ?? 0,
  saved: (l) => l.saved_nano_usd ?? 0,
};

/** Groups shown by themselves; what comes after is Other. */
export const maxShown = 5;

export const others = "others";

/** The first groups by an amount, largest first, and whether there are others. */
export function leading(lines: readonly Line[], by: string, amount: (l: Line) => number): string[] {
  return [...lines]
    .sort((a, b) => amount(b) - amount(a) || (a.group[by] ?? "").localeCompare(b.group[by] ?? ""))
    .slice(0, maxShown)
    .map((l) => l.group[by] ?? "");
}

/** One series a leading group and one for the others, with a value a band; nothing recorded is 0. */
export function stacks(
  lines: readonly Line[],
  bands: readonly Band[],
  interval: Interval,
  by: string,
  shown: readonly string[],
  amount: (l: Line) => number,
  nameOf: (value: string) => string,
): Series[] {
  const place = new Map(bands.map((b, i) => [b.key, i]));
  const values = new Map<string, number[]>([...shown, others].map((g) => [g, bands.map(() => 0)]));
  let rest = 0;
  for (const line of lines) {
    const group = line.group[by] ?? "";
    const at = place.get(line.group[interval] ?? "");
    const of = values.get(shown.includes(group) ? group : others);
    if (at === undefined || of === undefined) continue;
    of[at] = (of[at] ?? 0) + amount(line);
    if (!shown.includes(group)) rest += amount(line);
  }
  const all: Series[] = shown.map((g, i) => ({
    id: g || "none",
    name: nameOf(g),
    colour: seriesColour(i),
    values: values.get(g) ?? [],
    kind: "bar",
  }));
  if (rest !== 0) all.push({ id: others, name: "Others", colour: "series-other", values: values.get(others) ?? [], kind: "bar" });
  return all;
}

/** One value a band, of a report cut by time alone. */
export function values<T>(
  report: Report | undefined,
  bands: readonly Band[],
  interval: Interval,
  of: (l: Line) => T,
  none: T,
): T[] {
  const lines = new Map(report?.lines.map((l) => [l.group[interval] ?? "", l]));
  return bands.map((b) => {
    const line = lines.get(b.key);
    return line === undefined ? none : of(line);
  });
}

export function bandsOf(span: Span, now: number, zone: Zone): Band[] {
  return timeBands(span.from, span.to, span.interval, now, zone);
}

/** +6.2 %, against the period before; nothing to hold it against is undefined. */
export function change(now: number, before: number | undefined): number | undefined {
  return before === undefined || before === 0 ? undefined : now / before - 1;
}
