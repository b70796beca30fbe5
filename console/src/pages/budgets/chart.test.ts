import { expect, test } from "vitest";
import { geometryOf, ticksTo } from "./chart";
import { type ForecastView, percentsOf } from "./meter";

const day = (n: number) => new Date(Date.UTC(2026, 10, n)).toISOString();

const view = {
  of: "key_1",
  as_of: day(11),
  starts_at: day(1),
  resets_at: day(31),
  limit_nano_usd: 300,
  spent_nano_usd: 200,
  held_nano_usd: 0,
  forecast: null,
  past: [
    { at: day(1), nano_usd: 0 },
    { at: day(11), nano_usd: 200 },
  ],
  future: [{ at: day(31), expected_nano_usd: 600, low_nano_usd: 500, high_nano_usd: 9000 }],
} as ForecastView;

test("time runs from the window's start to its end, money from zero", () => {
  const g = geometryOf(view, 344, 184);
  expect([g.x(new Date(day(1))), g.x(new Date(day(16))), g.x(new Date(day(31)))]).toEqual([44, 194, 344]);
  expect(g.y(0)).toBe(162);
  expect(g.past).toBe("M44 162L144 107.2");
});

test("an interval that is wide does not press the line flat", () => {
  const g = geometryOf(view, 344, 184);
  expect(g.y(300)).toBeLessThan(90);
  expect(g.y(9000)).toBe(8);
});

test("axes have whole amounts", () => {
  expect(ticksTo(31_000)).toEqual([0, 10_000, 20_000, 30_000]);
  expect(ticksTo(0.9)).toEqual([0, 0.25, 0.5, 0.75]);
});

test("percentages are read as people write them, and what is none stays wrong", () => {
  expect(percentsOf("50, 80 %; 100")).toEqual([50, 80, 100]);
  expect(percentsOf("")).toEqual([]);
  expect(percentsOf("half")).toEqual([-1]);
});
