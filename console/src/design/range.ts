import { time, type Zone } from "./format";

/** A stretch of time as one says it: [from, to), where no `to` is now and goes with the clock. */
export type Range = { from: Date; to: Date | undefined };

/** What stands in the menu, with the shorthand that one can type. */
export const presets: readonly { text: string; name: string }[] = [
  { text: "1h", name: "Last hour" },
  { text: "3h", name: "Last 3 hours" },
  { text: "24h", name: "Last 24 hours" },
  { text: "7d", name: "Last 7 days" },
  { text: "30d", name: "Last 30 days" },
  { text: "today", name: "Today" },
  { text: "yesterday", name: "Yesterday" },
  { text: "this month", name: "This month" },
  { text: "last month", name: "Last month" },
];

const units: Record<string, number> = { m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

type Fields = { year: number; month: number; day: number; hour: number; minute: number };

function at(zone: Zone, f: Fields): Date | undefined {
  const date =
    zone === "utc"
      ? new Date(Date.UTC(f.year, f.month, f.day, f.hour, f.minute))
      : new Date(f.year, f.month, f.day, f.hour, f.minute);
  const day = zone === "utc" ? date.getUTCDate() : date.getDate();
  // 31 Nov is no day, and not the first of December.
  return day === f.day && f.hour < 24 && f.minute < 60 ? date : undefined;
}

function fieldsOf(date: Date, zone: Zone): Fields {
  return zone === "utc"
    ? {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth(),
        day: date.getUTCDate(),
        hour: date.getUTCHours(),
        minute: date.getUTCMinutes(),
      }
    : {
        year: date.getFullYear(),
        month: date.getMonth(),
        day: date.getDate(),
        hour: date.getHours(),
        minute: date.getMinutes(),
      };
}

const dayStart = (f: Fields, zone: Zone, days = 0) => {
  const noon = new Date(Date.UTC(f.year, f.month, f.day + days, 12));
  return at(zone, { year: noon.getUTCFullYear(), month: noon.getUTCMonth(), day: noon.getUTCDate(), hour: 0, minute: 0 }) as Date;
};
const monthStart = (f: Fields, zone: Zone, add = 0) =>
  at(zone, {
    year: f.year + Math.floor((f.month + add) / 12),
    month: (f.month + add + 12) % 12,
    day: 1,
    hour: 0,
    minute: 0,
  }) as Date;

/** What a person writes, or undefined. `3h`, `yesterday`, `6 nov – now`, `2026-11-06 14:00 – 15:30`, `6 nov`. */
export function parseRange(text: string, now: Date, zone: Zone): Range | undefined {
  const said = text.trim().toLowerCase().replace(/\s+/g, " ");
  const lasts = /^(?:last )?(\d{1,5}) ?(m|min|h|d|w)$/.exec(said);
  if (lasts) {
    const length = Number(lasts[1]) * (units[lasts[2] as string] as number);
    return length === 0 ? undefined : { from: new Date(now.getTime() - length), to: undefined };
  }
  const today = fieldsOf(now, zone);
  if (said === "today") return { from: dayStart(today, zone), to: undefined };
  if (said === "yesterday") return { from: dayStart(today, zone, -1), to: dayStart(today, zone) };
  if (said === "this month") return { from: monthStart(today, zone), to: undefined };
  if (said === "last month") return { from: monthStart(today, zone, -1), to: monthStart(today, zone) };
  const ends = said.split(/ ?(?:–|—| - | to |\.\.) ?/);
  const [first = "", second] = ends;
  if (ends.length > 2 || first === "") return undefined;
  const from = parsePoint(first, today, zone);
  if (from === undefined) return undefined;
  if (second === undefined) return from.isDay ? { from: from.date, to: dayStart(fieldsOf(from.date, zone), zone, 1) } : undefined;
  if (second === "now") return from.date < now ? { from: from.date, to: undefined } : undefined;
  const until = parsePoint(second, today, zone, fieldsOf(from.date, zone));
  if (until === undefined) return undefined;
  // A day is meant to its end.
  const to = until.isDay ? dayStart(fieldsOf(until.date, zone), zone, 1) : until.date;
  return from.date < to ? { from: from.date, to } : undefined;
}

function parsePoint(
  text: string,
  today: Fields,
  zone: Zone,
  day: Fields | undefined = today,
): { date: Date; isDay: boolean } | undefined {
  const found = /^(.*?)(?:[ t]?(\d{1,2}):(\d{2}))?$/.exec(text);
  const date = found?.[1]?.trim() ?? "";
  const clock = found?.[2] === undefined ? undefined : { hour: Number(found[2]), minute: Number(found[3]) };
  let fields = day;
  if (date !== "") {
    const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
    const said = /^(\d{1,2})\.? ([a-z]{3})[a-z]*(?: (\d{4}))?$/.exec(date);
    if (date === "today" || date === "yesterday") fields = fieldsOf(dayStart(today, zone, date === "today" ? 0 : -1), zone);
    else if (iso) fields = { ...today, year: Number(iso[1]), month: Number(iso[2]) - 1, day: Number(iso[3]) };
    else if (said) {
      const month = months.indexOf(said[2] as string);
      if (month < 0) return undefined;
      // A month that is still to come is that of last year.
      const year = said[3] === undefined ? today.year - (month > today.month ? 1 : 0) : Number(said[3]);
      fields = { ...today, year, month, day: Number(said[1]) };
    } else return undefined;
  } else if (clock === undefined) return undefined;
  const point = at(zone, { ...fields, hour: clock?.hour ?? 0, minute: clock?.minute ?? 0 });
  return point === undefined ? undefined : { date: point, isDay: clock === undefined };
}

/** How a stretch is shown. */
export function rangeName(text: string, now: Date, zone: Zone): string {
  const preset = presets.find((p) => p.text === text);
  if (preset) return preset.name;
  const range = parseRange(text, now, zone);
  if (range === undefined) return text;
  if (/^\d/.test(text) && /^\d+ ?(m|min|h|d|w)$/.test(text.trim())) return `Last ${text.trim()}`;
  return `${pointName(range.from, now, zone)} – ${range.to === undefined ? "now" : pointName(range.to, now, zone)}`;
}

function pointName(date: Date, now: Date, zone: Zone): string {
  const f = fieldsOf(date, zone);
  const name = time(date, now, zone);
  if (f.year !== fieldsOf(now, zone).year) return name;
  if (f.hour === 0 && f.minute === 0) return name.replace(/ ?00:00(:00)?$/, "") || "today";
  return name.replace(/^(\d\d:\d\d):\d\d$/, "$1");
}

/** A stretch as text that leads back to it: for a part of a chart that was chosen. Minutes are the finest: it covers those that it ends in. No `to` is now. */
export function writeRange(from: Date, to: Date | undefined, zone: Zone): string {
  const write = (date: Date) => {
    const f = fieldsOf(date, zone);
    const two = (n: number) => n.toString().padStart(2, "0");
    return `${f.year}-${two(f.month + 1)}-${two(f.day)} ${two(f.hour)}:${two(f.minute)}`;
  };
  return `${write(from)} – ${to === undefined ? "now" : write(new Date(Math.ceil(to.getTime() / 60_000) * 60_000))}`;
}

/** A range as parameters of the API; a text that is none asks for the usual one. */
export function fromTo(text: string, usual: string, now: Date, zone: Zone): { from: string; to?: string } {
  const range = parseRange(text, now, zone) ?? parseRange(usual, now, zone);
  if (range === undefined) throw new Error(`${usual} is a stretch of time`);
  return { from: range.from.toISOString(), ...(range.to === undefined ? {} : { to: range.to.toISOString() }) };
}
