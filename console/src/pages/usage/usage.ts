import type { Schemas } from "../../api/client";
import type { Zone } from "../../design/format";
import { writeRange } from "../../design/range";
import { type CallLink, callsOf } from "../calls/link";

export type Line = Schemas["UsageLine"];
export type Report = Schemas["UsageReport"];

/** What a report can be grouped by. The filter's name is what the API calls it as a parameter. */
export const dimensions = [
  { value: "organisation", label: "Organisation", filter: "organisation_id" },
  { value: "workspace", label: "Workspace", filter: "workspace_id" },
  { value: "use_case", label: "Use case", filter: "use_case_id" },
  { value: "key", label: "Key", filter: "key_id" },
  { value: "person", label: "Person", filter: "person_id" },
  { value: "model", label: "Model", filter: "model" },
  { value: "provider", label: "Provider", filter: "provider" },
  { value: "route", label: "Route", filter: "route" },
  { value: "operation", label: "Kind of call", filter: "operation" },
  { value: "outcome", label: "Outcome", filter: "outcome" },
  { value: "error_code", label: "Error", filter: "error_code" },
] as const;

export type Dimension = (typeof dimensions)[number]["value"];
export type Filters = { [D in Dimension]?: string | undefined };

export const times = [
  { value: "day", label: "Day" },
  { value: "hour", label: "Hour" },
] as const;

export type Grouping = Dimension | (typeof times)[number]["value"];

const groupings: ReadonlySet<string> = new Set([...dimensions, ...times].map((d) => d.value));

export function isGrouping(name: string | undefined): name is Grouping {
  return name !== undefined && groupings.has(name);
}

export function labelOf(grouping: Grouping): string {
  return [...dimensions, ...times].find((d) => d.value === grouping)?.label ?? grouping;
}

export const isTime = (grouping: Grouping | undefined): grouping is "day" | "hour" => grouping === "day" || grouping === "hour";

/** Everything of an address that the page knows. */
export const usageParameters = [
  "by",
  "and",
  "view",
  "of",
  "range",
  "prices",
  "sort",
  ...dimensions.map((d) => d.value),
] as readonly (keyof UsageSearch)[];

export type UsageSearch = Filters & {
  /** The first dimension, and the second. */
  by?: string | undefined;
  and?: string | undefined;
  /** pivot; else a list. */
  view?: string | undefined;
  /** What a pivot shows: cost, calls, tokens, saved. */
  of?: string | undefined;
  range?: string | undefined;
  /** 1: price versions are shown. */
  prices?: string | undefined;
  sort?: string | undefined;
};

export type Asked = { by: readonly Grouping[]; from: string; to: string; filters: Filters };

/** A report with what it was asked for: while another is on its way, the screen, its links and its file are of this one. */
export type Answer = { asked: Asked; report: Report };

export function queryOf({ by, from, to, filters }: Asked): Record<string, string> {
  const where = dimensions.flatMap((d) => (filters[d.value] === undefined ? [] : [[d.filter, filters[d.value] as string]]));
  return { from, to, ...(by.length === 0 ? {} : { group_by: by.join(",") }), ...Object.fromEntries(where) };
}

/** The same report as a file, over exactly the range that the screen has. */
export function csvAddress(asked: Asked): string {
  return `/api/usage?${new URLSearchParams({ ...queryOf(asked), format: "csv", names: "true" })}`;
}

/** The value of a group as people say it. */
export function nameOf(grouping: Grouping, value: string, names: Readonly<Record<string, string>>): string {
  if (value === "") return `no ${labelOf(grouping).toLowerCase()}`;
  if (grouping === "day") return value.slice(0, 10);
  if (grouping === "hour") return `${value.slice(0, 10)} ${value.slice(11, 16)}`;
  return names[value] ?? value;
}

const bucketMs = { day: 86_400_000, hour: 3_600_000 };

/** The way to the calls of a group: its values, the filters, and the part of the range that it covers. */
export function callsLink(group: Readonly<Record<string, string>>, asked: Asked, zone: Zone): CallLink | null {
  let [from, to] = [new Date(asked.from).getTime(), new Date(asked.to).getTime()];
  const values: [Dimension, string][] = [];
  for (const [grouping, value] of Object.entries(group)) {
    if (!isGrouping(grouping)) continue;
    if (isTime(grouping)) {
      const start = new Date(value).getTime();
      [from, to] = [Math.max(from, start), Math.min(to, start + bucketMs[grouping])];
    } else values.push([grouping, value]);
  }
  const time = writeRange(new Date(from), new Date(to), zone);
  return callsOf({ ...asked.filters, time }, ...values);
}

export const measures = [
  { value: "cost", label: "Cost" },
  { value: "calls", label: "Calls" },
  { value: "tokens", label: "Tokens" },
  { value: "saved", label: "Saved" },
] as const;

export type Measure = (typeof measures)[number]["value"];

export function measureOf(line: Line, measure: Measure): number {
  switch (measure) {
    case "calls":
      return line.calls;
    case "tokens":
      return tokensIn(line) + line.output_tokens + line.reasoning_tokens;
    case "saved":
      return line.saved_nano_usd;
    default:
      return line.cost_nano_usd;
  }
}

export const tokensIn = (line: Line) => line.input_tokens + line.cache_read_tokens + line.cache_write_tokens;

/** By time where the first dimension is one, else the dearest first. */
export function sorted(lines: readonly Line[], by: readonly Grouping[]): Line[] {
  const first = by[0];
  const value = (l: Line) => (first === undefined ? "" : (l.group[first] ?? ""));
  if (isTime(first))
    return [...lines].sort((a, b) => value(a).localeCompare(value(b)) || b.cost_nano_usd - a.cost_nano_usd || b.calls - a.calls);
  // Groups stay together, those that cost most in all first.
  const whole = new Map<string, number>();
  for (const l of lines) whole.set(value(l), (whole.get(value(l)) ?? 0) + l.cost_nano_usd);
  return [...lines].sort(
    (a, b) =>
      (whole.get(value(b)) ?? 0) - (whole.get(value(a)) ?? 0) ||
      value(a).localeCompare(value(b)) ||
      b.cost_nano_usd - a.cost_nano_usd ||
      b.calls - a.calls,
  );
}

/** Decimals of a column of money: those of a bill, fewer where it is large. */
export function decimalsFor(total: number): number {
  const usd = Math.abs(total) / 1e9;
  return usd >= 10_000 ? 2 : usd >= 1 ? 4 : 6;
}
