import type { ForecastView } from "./meter";

type Anchor = "start" | "middle" | "end";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Where everything of a forecast stands in a picture of this size. */
export function geometryOf(view: ForecastView, width: number, height: number) {
  const frame = { left: 44, right: width, top: 8, bottom: height - 22 };
  const from = new Date(view.past[0]?.at ?? view.as_of).getTime();
  const to = new Date(view.resets_at ?? view.future.at(-1)?.at ?? view.as_of).getTime();
  const highest = Math.max(view.limit_nano_usd, view.spent_nano_usd, ...view.future.map((p) => p.high_nano_usd));
  // A wide interval does not press the line flat: what is far beyond the limit leaves the picture.
  const top = Math.min(highest, Math.max(view.limit_nano_usd, view.spent_nano_usd) * 1.8) * 1.04 || 1;
  const x = (at: Date) => round(frame.left + ((at.getTime() - from) / Math.max(1, to - from)) * (frame.right - frame.left));
  const y = (nano: number) => round(frame.bottom - (Math.min(nano, top) / top) * (frame.bottom - frame.top));
  const line = (points: readonly (readonly [string, number])[]) =>
    points.map(([at, nano], i) => `${i === 0 ? "M" : "L"}${x(new Date(at))} ${y(nano)}`).join("");
  const now = [view.as_of, view.spent_nano_usd] as const;
  const high = view.future.map((p) => [p.at, p.high_nano_usd] as const);
  const low = view.future.map((p) => [p.at, p.low_nano_usd] as const);
  return {
    frame,
    x,
    y,
    ticks: ticksTo(top),
    past: line(view.past.map((p) => [p.at, p.nano_usd] as const)),
    future: view.future.length === 0 ? "" : line([now, ...view.future.map((p) => [p.at, p.expected_nano_usd] as const)]),
    band: view.future.length === 0 ? "" : `${line([now, ...high, ...low.reverse()])}Z`,
    days: daysOf(view, from, to),
  };
}

const round = (n: number) => Math.round(n * 10) / 10;

/** Whole amounts, from zero, four or so. */
export function ticksTo(top: number): number[] {
  const rough = top / 4;
  const step = 10 ** Math.floor(Math.log10(rough));
  const size = [1, 2, 2.5, 5, 10].map((n) => n * step).find((s) => s >= rough) ?? 10 * step;
  return Array.from({ length: Math.floor(top / size) + 1 }, (_, i) => i * size);
}

/** The window's first and last time, now, and when it runs out; a label that would lie on another is left out. */
function daysOf(view: ForecastView, from: number, to: number): { at: Date; label: string; anchor: Anchor; isOut: boolean }[] {
  const isDay = to - from <= 86_400_000 * 1.5;
  const label = (ms: number, isFirst = false) => {
    const at = new Date(ms);
    if (isDay) return `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
    return isFirst || at.getDate() === 1 ? `${at.getDate()} ${months[at.getMonth()]}` : `${at.getDate()}`;
  };
  const outAt = view.forecast?.runs_out_at;
  const now = new Date(view.as_of).getTime();
  const taken: number[] = [];
  const wanted: { ms: number; anchor: Anchor; isOut: boolean; label: string }[] = [];
  const add = (ms: number, anchor: Anchor, isOut = false, isFirst = false) => {
    const share = (ms - from) / Math.max(1, to - from);
    if (taken.some((t) => Math.abs(t - share) < 0.14)) return;
    taken.push(share);
    wanted.push({ ms, anchor, isOut, label: label(ms, isFirst) });
  };
  add(from, "start", false, true);
  if (outAt != null) add(new Date(outAt).getTime(), "middle", true);
  add(to, "end", false, true);
  add(now, "middle");
  return wanted.map((w) => ({ at: new Date(w.ms), label: w.label, anchor: w.anchor, isOut: w.isOut }));
}
