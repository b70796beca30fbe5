import type { Series } from "./Chart";

/** The highest place of a chart: stacks add up, lines do not. */
export function topOf(series: readonly Series[]): number {
  const length = Math.max(0, ...series.map((s) => s.values.length));
  let top = 0;
  for (let i = 0; i < length; i++) {
    let stack = 0;
    for (const s of series) {
      const value = s.values[i] ?? 0;
      if (s.kind === "line") top = Math.max(top, value);
      else stack += value;
    }
    top = Math.max(top, stack);
  }
  return top;
}
