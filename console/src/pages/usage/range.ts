export type Range = { from: string; to: string };

export const presets = [
  { value: "today", label: "Today, UTC" },
  { value: "7d", label: "Last 7 days" },
  { value: "30d", label: "Last 30 days" },
  { value: "month", label: "This month, UTC" },
  { value: "last-month", label: "Last month, UTC" },
] as const;

/** What a range in an address means now; what is none is the last 30 days. */
export function rangeOf(text: string | undefined, now: Date): Range {
  const day = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  const month = (offset: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, 1)).toISOString();
  const to = now.toISOString();
  switch (text) {
    case "today":
      return { from: new Date(day).toISOString(), to };
    case "7d":
      return { from: new Date(now.getTime() - 7 * 86_400_000).toISOString(), to };
    case "month":
      return { from: month(0), to };
    case "last-month":
      return { from: month(-1), to: month(0) };
    default:
      return { from: new Date(now.getTime() - 30 * 86_400_000).toISOString(), to };
  }
}
