import type { Schemas } from "../../api/client";
import type { Zone } from "../../design/format";
import { writeRange } from "../../design/range";
import { type CallLink, callsOf } from "../calls/link";

export type MeterView = Schemas["MeterView"];
export type Meter = Schemas["Meter"];
export type Count = Schemas["CountView"];
export type BudgetRequest = Schemas["BudgetRequest"];
export type ForecastView = Schemas["ForecastView"];

/** Whole hours before it is over, below which it is as good as stopped. */
const soonHours = 3;

export type Standing = {
  state: "good" | "risk" | "failed" | "idle";
  tone: "good" | "risk" | "failed" | "off";
  /** Of the window, from 0 to 1. */
  gone: number | undefined;
  left: number;
  /** It refuses calls, or would. */
  isSpent: boolean;
  runsOut: Date | undefined;
};

/** How a count stands: what is left, and whether that will do. */
export function standingOf(meter: Meter, count: Count, now: Date): Standing {
  const left = meter.limit - count.spent - count.held;
  const start = count.starts_at == null ? undefined : new Date(count.starts_at).getTime();
  const end = count.resets_at == null ? undefined : new Date(count.resets_at).getTime();
  const gone =
    start === undefined || end === undefined ? undefined : Math.min(1, Math.max(0, (now.getTime() - start) / (end - start)));
  // Calls at once come and go: a full house is no harm yet.
  const isSpent = left <= 0 && meter.unit !== "concurrent_calls";
  const runsOut = count.forecast?.runs_out_at == null ? undefined : new Date(count.forecast.runs_out_at);
  const common = { gone, left, isSpent, runsOut };
  if (meter.disabled) return { ...common, state: "idle", tone: "off" };
  if (isSpent) return { ...common, state: "failed", tone: "failed" };
  if (runsOut === undefined) return { ...common, state: "good", tone: "good" };
  const isSoon = runsOut.getTime() - now.getTime() < soonHours * 3_600_000;
  return { ...common, state: isSoon ? "failed" : "risk", tone: isSoon ? "failed" : "risk" };
}

/** Decimals that a column of money needs: whole dollars, unless the limits are small. */
export function decimalsFor(limits: readonly number[]): number {
  const largest = Math.max(0, ...limits) / 1e9;
  return largest >= 1000 ? 0 : largest >= 10 ? 2 : 4;
}

export const units: Record<Meter["unit"], string> = {
  nano_usd: "US dollars",
  requests: "requests",
  tokens: "tokens",
  concurrent_calls: "calls at once",
};

/** The window alone. */
export function windowOnly(meter: Meter): string {
  return meter.unit === "concurrent_calls" ? "" : meter.window === "total" ? "in all" : meter.window;
}

/** The window of a budget, or the unit and window of a limit. */
export function windowWords(meter: Meter): string {
  const window = meter.window === "total" ? "in all" : meter.window;
  if (meter.unit === "nano_usd") return window;
  if (meter.unit === "concurrent_calls") return "calls at once";
  return meter.window === "total" ? `${units[meter.unit]} in all` : `${units[meter.unit]} a ${window}`;
}

export const scopeWords: Record<Meter["scope"], string> = {
  organisation: "organisation",
  workspace: "workspace",
  use_case: "use case",
  key: "key",
  person: "person",
  model: "model",
  route: "route",
};

/** "50, 80 %" as numbers. What is none stays one that the server refuses by name. */
export function percentsOf(text: string): number[] {
  return text
    .replaceAll("%", "")
    .split(/[\s,;]+/)
    .filter((word) => word !== "")
    .map((word) => (/^\d+$/.test(word) ? Number(word) : -1));
}

/** The way to the calls that a budget counts in its window of now. */
export function callsLink(meter: Meter, count: Count, zone: Zone): CallLink | null {
  if (count.of === "*") return null;
  return callsOf(count.starts_at == null ? {} : { time: writeRange(new Date(count.starts_at), undefined, zone) }, [
    meter.scope,
    count.of,
  ]);
}
