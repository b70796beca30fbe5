import type { Zone } from "./format";

/** How wide the bands of a chart over time are; the server cuts them at UTC. */
export type Interval = "minute" | "hour" | "day";

export const intervalMs: Record<Interval, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** One place on the axis of a chart. */
export type Band = {
  /** What it stands for, in the words of the caller: an instant, a name. */
  key: string;
  /** Under the axis; as many are shown as find room. */
  label: string;
  /** Over the figures of a hover. */
  title: string;
  /** Its place when labels are thinned out: those that a step divides stay. */
  place?: number;
  /** The steps by which they may be thinned out. */
  steps?: readonly number[];
  /** The one that is now. */
  isNow?: boolean;
};

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const two = (n: number) => n.toString().padStart(2, "0");

/** All bands of a range, those without a call too. `from` is cut to its band, `to` is exclusive. */
export function timeBands(from: number, to: number, interval: Interval, now: number, zone: Zone = "local"): Band[] {
  const step = intervalMs[interval];
  const bands: Band[] = [];
  for (let at = Math.floor(from / step) * step; at < to; at += step) bands.push(band(at, interval, now, zone));
  return bands;
}

function band(at: number, interval: Interval, now: number, zone: Zone): Band {
  const date = new Date(at);
  const isNow = now >= at && now < at + intervalMs[interval];
  const key = `${date.toISOString().slice(0, 19)}Z`;
  // A day of the server is a day of UTC, whatever the reader's zone.
  const t = interval === "day" || zone === "utc" ? inUtc(date) : inLocal(date);
  const day = `${days[t.weekday]} ${t.day}`;
  const title = `${day} ${months[t.month]}`;
  if (interval === "day")
    return { key, label: day, title: `${title} (UTC)`, place: at / intervalMs.day, steps: steps.day, isNow };
  const clock = `${two(t.hour)}:${two(t.minute)}`;
  const minutes = t.hour * 60 + t.minute;
  return {
    key,
    label: minutes === 0 ? day : clock,
    title: `${title} ${clock}`,
    place: interval === "hour" ? t.hour : minutes,
    steps: steps[interval],
    isNow,
  };
}

type Parts = { weekday: number; day: number; month: number; hour: number; minute: number };

const inUtc = (d: Date): Parts => ({
  weekday: d.getUTCDay(),
  day: d.getUTCDate(),
  month: d.getUTCMonth(),
  hour: d.getUTCHours(),
  minute: d.getUTCMinutes(),
});

const inLocal = (d: Date): Parts => ({
  weekday: d.getDay(),
  day: d.getDate(),
  month: d.getMonth(),
  hour: d.getHours(),
  minute: d.getMinutes(),
});

const steps: Record<Interval, readonly number[]> = {
  minute: [1, 2, 5, 10, 15, 30, 60, 120, 240, 720, 1440],
  hour: [1, 2, 3, 6, 12, 24],
  day: [1, 2, 7, 14, 28],
};

/** Which labels are shown so that none comes nearer to another than this many pixels. */
export function shownLabels(bands: readonly Band[], width: number, room = 58): boolean[] {
  const each = width / Math.max(1, bands.length);
  const every = (bands[0]?.steps ?? [1, 2, 3, 5, 10, 20, 50, 100]).find((s) => each * s >= room);
  // Days of many months have none: then by their place in the row.
  const far = Math.ceil(room / Math.max(each, 0.001));
  return bands.map((b, i) => (every === undefined ? i % far === 0 : (b.place ?? i) % every === 0));
}

/** The top of an axis that begins at zero, and its steps: 1, 2 or 5 times a power of ten. */
export function niceAxis(max: number, isWhole = false, steps = 4): { top: number; step: number } {
  if (!(max > 0)) return { top: 1, step: 1 };
  const rough = isWhole ? Math.max(1, max / steps) : max / steps;
  const power = 10 ** Math.floor(Math.log10(rough));
  const nice = [1, 2, 2.5, 5, 10].map((n) => n * power).filter((s) => !isWhole || Number.isInteger(s));
  const step = nice.find((s) => s >= rough * 0.999) ?? power * 10;
  return { top: Math.ceil((max / step) * 0.999) * step, step };
}
