import { describe, expect, test } from "vitest";
import { parseRange, presets, rangeName, writeRange } from "./range";

const now = new Date("2026-11-26T14:31:58Z");
const of = (text: string) => {
  const range = parseRange(text, now, "utc");
  return range && [range.from.toISOString(), range.to?.toISOString()];
};

describe("a stretch of time", () => {
  test.each([
    ["3h", "2026-11-26T11:31:58.000Z", undefined],
    ["last 15 min", "2026-11-26T14:16:58.000Z", undefined],
    ["2w", "2026-11-12T14:31:58.000Z", undefined],
    ["today", "2026-11-26T00:00:00.000Z", undefined],
    ["Yesterday", "2026-11-25T00:00:00.000Z", "2026-11-26T00:00:00.000Z"],
    ["this month", "2026-11-01T00:00:00.000Z", undefined],
    ["last month", "2026-10-01T00:00:00.000Z", "2026-11-01T00:00:00.000Z"],
    ["6 nov – now", "2026-11-06T00:00:00.000Z", undefined],
    ["6 November to 8 Nov", "2026-11-06T00:00:00.000Z", "2026-11-09T00:00:00.000Z"],
    ["6 nov", "2026-11-06T00:00:00.000Z", "2026-11-07T00:00:00.000Z"],
    ["24 dec", "2025-12-24T00:00:00.000Z", "2025-12-25T00:00:00.000Z"],
    ["2026-11-06 14:00 – 15:30", "2026-11-06T14:00:00.000Z", "2026-11-06T15:30:00.000Z"],
    ["9:00 - 10:00", "2026-11-26T09:00:00.000Z", "2026-11-26T10:00:00.000Z"],
    ["yesterday 18:00 – now", "2026-11-25T18:00:00.000Z", undefined],
  ])("%s", (text, from, to) => {
    expect(of(text)).toEqual([from, to]);
  });

  test.each(["", "0h", "soon", "31 nov", "6 xyz", "10:00 – 9:00", "27 nov 2026 – now", "25:00 – now", "6 nov – 7 nov – 8 nov"])(
    "%s is none",
    (text) => expect(of(text)).toBeUndefined(),
  );

  test("every preset is one", () => {
    for (const preset of presets) expect(of(preset.text), preset.text).toBeDefined();
  });

  test("a part of a chart leads back to itself", () => {
    const from = new Date("2026-11-20T08:15:00Z");
    const to = new Date("2026-11-21T00:00:00Z");
    expect(of(writeRange(from, to, "utc"))).toEqual([from.toISOString(), to.toISOString()]);
  });

  test("is written with the minute that it ends in, and with now where it has no end", () => {
    const [from, to] = [new Date("2026-11-06T14:00:00Z"), new Date("2026-11-06T15:30:01Z")];
    expect(writeRange(from, to, "utc")).toBe("2026-11-06 14:00 – 2026-11-06 15:31");
    expect(of(writeRange(from, undefined, "utc"))).toEqual([from.toISOString(), undefined]);
  });

  test("is named as it would be said", () => {
    expect(rangeName("24h", now, "utc")).toBe("Last 24 hours");
    expect(rangeName("45 min", now, "utc")).toBe("Last 45 min");
    expect(rangeName("6 nov – now", now, "utc")).toBe("6 Nov – now");
    expect(rangeName("2026-11-06 14:00 – 15:30", now, "utc")).toBe("6 Nov 14:00 – 6 Nov 15:30");
  });
});
