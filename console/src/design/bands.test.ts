import { expect, test } from "vitest";
import { niceAxis, shownLabels, timeBands } from "./bands";
import { topOf } from "./stack";

const now = Date.parse("2026-11-19T14:32:07Z");

test("a range has all its bands, those without a call too, cut as the server cuts them", () => {
  const bands = timeBands(Date.parse("2026-11-17T09:30:00Z"), now, "day", now, "utc");
  expect(bands.map((b) => [b.key, b.label, b.isNow])).toEqual([
    ["2026-11-17T00:00:00Z", "Tue 17", false],
    ["2026-11-18T00:00:00Z", "Wed 18", false],
    ["2026-11-19T00:00:00Z", "Thu 19", true],
  ]);
});

test("midnight names its day, other hours their clock", () => {
  const bands = timeBands(Date.parse("2026-11-18T23:00:00Z"), Date.parse("2026-11-19T02:00:00Z"), "hour", now, "utc");
  expect(bands.map((b) => b.label)).toEqual(["23:00", "Thu 19", "01:00"]);
});

test("an end that is a bound of a band does not begin another", () => {
  expect(timeBands(0, 3_600_000, "minute", now, "utc")).toHaveLength(60);
});

test("labels that find no room are left out evenly, and midnights stay", () => {
  const bands = timeBands(Date.parse("2026-11-12T00:00:00Z"), Date.parse("2026-11-19T00:00:00Z"), "hour", now, "utc");
  const shown = bands.filter((_, i) => shownLabels(bands, 800)[i]);
  expect(shown.map((b) => b.label)).toEqual(["Thu 12", "Fri 13", "Sat 14", "Sun 15", "Mon 16", "Tue 17", "Wed 18"]);
  expect(shownLabels(bands.slice(0, 6), 800)).toEqual([true, true, true, true, true, true]);
});

test("axes begin at zero and end above the highest value with round steps", () => {
  expect(niceAxis(4_640)).toEqual({ top: 6_000, step: 2_000 });
  expect(niceAxis(0)).toEqual({ top: 1, step: 1 });
  expect(niceAxis(2)).toEqual({ top: 2, step: 0.5 });
  expect(niceAxis(2, true)).toEqual({ top: 2, step: 1 });
  expect(niceAxis(9, true)).toEqual({ top: 10, step: 5 });
  for (const max of [0.003, 0.97, 1, 7, 99, 100, 101, 48_217, 6.42e9]) {
    const { top, step } = niceAxis(max);
    expect(top).toBeGreaterThanOrEqual(max * 0.999);
    expect(Math.round(top / step)).toBeLessThanOrEqual(5);
    expect(top / step).toBeCloseTo(Math.round(top / step));
  }
});

test("stacks add up, lines do not", () => {
  const stack = { name: "", colour: "series-1", isEstimate: false } as const;
  expect(topOf([])).toBe(0);
  expect(
    topOf([
      { ...stack, id: "a", kind: "bar", values: [1, 2, null] },
      { ...stack, id: "b", kind: "bar", values: [3, 1, 3] },
    ]),
  ).toBe(4);
  expect(
    topOf([
      { ...stack, id: "a", kind: "line", values: [1, 2] },
      { ...stack, id: "b", kind: "line", values: [3, 1] },
    ]),
  ).toBe(3);
});
