import { expect, test } from "vitest";
import {
  ago,
  bytes,
  count,
  day,
  duration,
  exactMoney,
  fullTime,
  money,
  percent,
  short,
  shortId,
  shortMoney,
  span,
  time,
  unknown,
} from "./format";

test("zero is zero and unknown is a dash", () => {
  expect([count(0), money(0), duration(null), percent(undefined), percent(0 / 0), count(null)]).toEqual([
    "0",
    "$0.00",
    "–",
    "–",
    "–",
    "–",
  ]);
});

test("money has the decimals of its place, and every digit on demand", () => {
  expect(money(9_713_000, 4)).toBe("$0.0097");
  expect(money(-1_234_560_000_000)).toBe("−$1,234.56");
  expect(exactMoney(9_713_001)).toBe("$0.009713001");
  expect(exactMoney(-12_000_000_000)).toBe("−$12.000000000");
  expect(shortMoney(38_600_000_000_000)).toBe("$38.6k");
  expect(shortMoney(9_140_000_000)).toBe("$9.14");
  expect(shortMoney(0)).toBe("$0.00");
  expect(shortMoney(42_000)).toBe("$0.000042");
  expect(shortMoney(7_500_000)).toBe("$0.0075");
  expect(shortMoney(-2_000_000_000_000)).toBe("−$2k");
});

test("headlines are short", () => {
  expect([short(2_812_000), short(38_600), short(999), short(6_420_000_000)]).toEqual(["2.81M", "38.6k", "999", "6.42B"]);
});

test("durations change their unit where people do", () => {
  expect([duration(420), duration(4_200), duration(212_000), duration(4_840_000), duration(200_000_000)]).toEqual([
    "0.42\u202fms",
    "4.2\u202fms",
    "212\u202fms",
    "4.84\u202fs",
    "3\u202fmin 20\u202fs",
  ]);
});

test("times say as much as is needed", () => {
  const now = new Date("2026-11-19T14:32:00Z");
  expect(time("2026-11-19T14:31:58.204Z", now, "utc")).toBe("14:31:58");
  expect(time("2026-11-18T22:10:00Z", now, "utc")).toBe("18 Nov 22:10");
  expect(time("2025-01-02T03:04:05Z", now, "utc")).toBe("2 Jan 2025");
  expect(fullTime("2026-11-19T14:31:58.204Z", "utc")).toBe("19 Nov 2026 14:31:58.204 UTC");
  expect(ago("2026-11-19T14:31:18Z", now)).toBe("42\u202fs ago");
  expect(ago("2026-11-19T14:01:18Z", now)).toBe("30\u202fmin ago");
});

test("sizes and stretches of time have the unit that people would say", () => {
  expect(bytes(0)).toBe("0\u202fB");
  expect(bytes(1536)).toBe("1.5\u202fKiB");
  expect(bytes(3 * 1024 ** 3)).toBe("3\u202fGiB");
  expect(bytes(null)).toBe(unknown);
  const now = new Date("2026-11-19T14:00:00Z");
  expect(span("2026-11-19T13:59:20Z", now)).toBe("40\u202fs");
  expect(span("2026-11-19T13:48:00Z", now)).toBe("12\u202fmin");
  expect(span("2026-11-19T09:48:00Z", now)).toBe("4\u202fh 12\u202fmin");
  expect(span("2026-11-16T10:00:00Z", now)).toBe("3\u202fd 4\u202fh");
});

test("ids are cut in the middle", () => {
  expect(shortId("call_01kae7w2m4hq9zr5t8v3abcdef")).toBe("call_01kae7…abcdef");
  expect(shortId("key_short")).toBe("key_short");
});

test("a date without a time is the same day everywhere", () => {
  expect([day("2026-12-11"), day("2027-01-01")]).toEqual(["11 Dec 2026", "1 Jan 2027"]);
});
