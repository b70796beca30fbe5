/** How numbers, money, times and ids are written, everywhere alike. Units follow a narrow space that does not break. */

const thin = "\u202f";
export const unknown = "–";

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** 2,810,442. Unknown is a dash, zero is 0. */
export function count(value: number | null | undefined): string {
  return value == null ? unknown : whole.format(value);
}

/** 2.81M, 38.6k: for headlines and axes alone. */
export function short(value: number | null | undefined): string {
  if (value == null) return unknown;
  const size = Math.abs(value);
  for (const [step, unit] of [
    [1e9, "B"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const)
    if (size >= step) return `${significant(value / step)}${unit}`;
  return significant(value);
}

function significant(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { maximumFractionDigits: size === Math.round(size) ? 0 : decimals });
}

/** Money is whole nano-USD in the API. */
export function money(nano: number | null | undefined, decimals = 2): string {
  if (nano == null) return unknown;
  const sign = nano < 0 ? "−" : "";
  return `${sign}$${(Math.abs(nano) / 1e9).toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals })}`;
}

/** $38.6k, $0.0042: for headlines and axes alone. */
export function shortMoney(nano: number | null | undefined): string {
  if (nano == null) return unknown;
  const usd = Math.abs(nano / 1e9);
  if (usd >= 1000) return `${nano < 0 ? "−" : ""}$${short(usd)}`;
  // Under a cent: as many digits as show two of the amount's own.
  return money(nano, usd >= 10 ? 0 : usd >= 0.1 || usd === 0 ? 2 : Math.min(9, 1 - Math.floor(Math.log10(usd))));
}

/** Every digit, for a hover and a copy. */
export function exactMoney(nano: number): string {
  const digits = Math.abs(nano).toString().padStart(10, "0");
  return `${nano < 0 ? "−" : ""}$${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/** 212 ms under a second, then 4.84 s, then 3 min 20 s. */
export function duration(us: number | null | undefined): string {
  if (us == null) return unknown;
  if (us < 1000) return `${(us / 1000).toFixed(2)}${thin}ms`;
  if (us < 10_000) return `${(us / 1000).toFixed(1)}${thin}ms`;
  if (us < 1_000_000) return `${Math.round(us / 1000)}${thin}ms`;
  if (us < 60_000_000) return `${(us / 1_000_000).toFixed(2)}${thin}s`;
  const seconds = Math.round(us / 1_000_000);
  return `${Math.floor(seconds / 60)}${thin}min ${seconds % 60}${thin}s`;
}

/** 1.21 GiB: sizes of memory and disks. */
export function bytes(value: number | null | undefined): string {
  if (value == null) return unknown;
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit === 0 ? size : significant(size)}${thin}${units[unit]}`;
}

/** 3 d 4 h, 4 h 12 min, 12 min, 40 s: how long something has been so. */
export function span(from: string | Date, to: Date): string {
  const seconds = Math.max(0, Math.round((to.getTime() - new Date(from).getTime()) / 1000));
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  if (days > 0) return `${days}${thin}d ${hours}${thin}h`;
  if (hours > 0) return `${hours}${thin}h ${minutes}${thin}min`;
  return minutes > 0 ? `${minutes}${thin}min` : `${seconds}${thin}s`;
}

/** 0.62 %. */
export function percent(share: number | null | undefined, decimals = 2): string {
  return share == null || !Number.isFinite(share) ? unknown : `${(share * 100).toFixed(decimals)}${thin}%`;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (n: number) => n.toString().padStart(2, "0");

export type Zone = "local" | "utc";

function parts(time: Date, zone: Zone) {
  return zone === "utc"
    ? [
        time.getUTCFullYear(),
        time.getUTCMonth(),
        time.getUTCDate(),
        time.getUTCHours(),
        time.getUTCMinutes(),
        time.getUTCSeconds(),
      ]
    : [time.getFullYear(), time.getMonth(), time.getDate(), time.getHours(), time.getMinutes(), time.getSeconds()];
}

/** 14:31:58 of today, 19 Nov 14:31 of this year, 19 Nov 2025 else. */
export function time(value: string | Date, now: Date, zone: Zone = "local"): string {
  const date = typeof value === "string" ? new Date(value) : value;
  const [year, month = 0, day, hour = 0, minute = 0, second = 0] = parts(date, zone);
  const [thisYear, thisMonth, thisDay] = parts(now, zone);
  if (year === thisYear && month === thisMonth && day === thisDay) return `${two(hour)}:${two(minute)}:${two(second)}`;
  return year === thisYear ? `${day} ${months[month]} ${two(hour)}:${two(minute)}` : `${day} ${months[month]} ${year}`;
}

/** 11 Dec 2026, of a date that has no time: the same day everywhere. */
export function day(date: string): string {
  const [year, month = 1, of] = date.split("-").map(Number);
  return `${of} ${months[month - 1]} ${year}`;
}

/** 19 Nov 2026 14:31:58.204 UTC: for a hover. */
export function fullTime(value: string | Date, zone: Zone = "local"): string {
  const date = typeof value === "string" ? new Date(value) : value;
  const [year, month = 0, day, hour = 0, minute = 0, second = 0] = parts(date, zone);
  const name = zone === "utc" ? "UTC" : offset(date);
  return `${day} ${months[month]} ${year} ${two(hour)}:${two(minute)}:${two(second)}.${date.getMilliseconds().toString().padStart(3, "0")} ${name}`;
}

function offset(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? "−" : "+"}${hours}${rest === 0 ? "" : `:${two(rest)}`}`;
}

/** 3 min ago, under an hour; later the time itself. */
export function ago(value: string | Date, now: Date, zone: Zone = "local"): string {
  const date = typeof value === "string" ? new Date(value) : value;
  const seconds = Math.round((now.getTime() - date.getTime()) / 1000);
  if (seconds < 0 || seconds >= 3600) return time(date, now, zone);
  return seconds < 60 ? `${seconds}${thin}s ago` : `${Math.floor(seconds / 60)}${thin}min ago`;
}

/** call_01kae7w…zr5t8v3: cut in the middle. */
export function shortId(id: string): string {
  return id.length <= 20 ? id : `${id.slice(0, 11)}…${id.slice(-6)}`;
}
