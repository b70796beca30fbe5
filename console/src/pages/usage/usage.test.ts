import { expect, test } from "vitest";
import { callSearchNames } from "../calls/calls";
import { maxColumns, pivotOf } from "./pivot";
import { type Asked, callsLink, csvAddress, dimensions, type Line, nameOf, sorted } from "./usage";

const line = (group: Record<string, string>, cost: number, more: Partial<Line> = {}): Line =>
  ({ group, cost_nano_usd: cost, calls: 1, unpriced_calls: 0, saved_nano_usd: 0, ...more }) as Line;

const asked: Asked = {
  by: ["use_case", "model"],
  from: "2026-11-01T00:00:00.000Z",
  to: "2026-11-19T14:32:07.000Z",
  filters: { workspace: "ws_1" },
};

test("the file is asked for as the screen is", () => {
  const file = new URL(csvAddress(asked), "http://portico");
  expect(Object.fromEntries(file.searchParams)).toEqual({
    from: asked.from,
    to: asked.to,
    group_by: "use_case,model",
    workspace_id: "ws_1",
    format: "csv",
    names: "true",
  });
});

test("a cell leads to its calls: its values, the filters, the part of the range that it covers", () => {
  expect(callsLink({ use_case: "uc_1", organisation: "org_1" }, asked, "utc")).toEqual({
    workspace: "ws_1",
    use_case: "uc_1",
    organisation: "org_1",
    time: "2026-11-01 00:00 – 2026-11-19 14:33",
  });
  expect(callsLink({ day: "2026-11-19T00:00:00Z" }, asked, "utc")?.time).toBe("2026-11-19 00:00 – 2026-11-19 14:33");
  expect(callsLink({ hour: "2026-11-18T22:00:00Z" }, asked, "utc")?.time).toBe("2026-11-18 22:00 – 2026-11-18 23:00");
});

test("every name of a link to calls is one that the list of calls knows", () => {
  const link = callsLink(Object.fromEntries(dimensions.map((d) => [d.value, "x"])), asked, "utc");
  const known: readonly string[] = [...callSearchNames, "workspace"];
  expect(Object.keys(link ?? {}).filter((name) => !known.includes(name))).toEqual([]);
  expect(Object.keys(link ?? {})).toHaveLength(dimensions.length + 1);
});

test("calls without a value have no list of their own: such a group leads nowhere", () => {
  expect(callsLink({ use_case: "uc_1", model: "" }, asked, "utc")).toBeNull();
});

test("groups stay together, the dearest first; days stand in their order", () => {
  const lines = [
    line({ use_case: "a", model: "x" }, 4),
    line({ use_case: "b", model: "x" }, 3),
    line({ use_case: "b", model: "y" }, 2),
  ];
  expect(sorted(lines, ["use_case", "model"]).map((l) => `${l.group.use_case}${l.group.model}`)).toEqual(["bx", "by", "ax"]);
  const days = [
    line({ day: "2026-11-02T00:00:00Z" }, 9),
    line({ day: "2026-11-03T00:00:00Z" }, 1),
    line({ day: "2026-11-01T00:00:00Z" }, 1),
  ];
  expect(sorted(days, ["day"]).map((l) => l.group.day?.slice(8, 10))).toEqual(["01", "02", "03"]);
});

test("a pivot has every cent once, in cells, rest and sums", () => {
  const lines = Array.from({ length: 60 }, (_, i) =>
    line({ use_case: `uc_${i % 4}`, model: `m_${i % 15}` }, i + 1, { unpriced_calls: i === 7 ? 1 : 0 }),
  );
  const whole = lines.reduce((sum, l) => sum + l.cost_nano_usd, 0);
  const pivot = pivotOf(lines, "use_case", "model", "cost");
  expect([pivot.columns.length, pivot.others, pivot.sum]).toEqual([maxColumns, 5, whole]);
  expect(pivot.rows.reduce((sum, r) => sum + r.sum, 0)).toBe(whole);
  for (const r of pivot.rows) expect([...r.cells.values()].reduce((sum, c) => sum + c.value, r.rest?.value ?? 0)).toBe(r.sum);
  expect(pivot.columns.reduce((sum, c) => sum + c.sum, pivot.restSum)).toBe(whole);
  expect(pivot.columns.map((c) => c.sum)).toEqual([...pivot.columns.map((c) => c.sum)].sort((a, b) => b - a));
});

test("of days across, the newest keep their columns", () => {
  const lines = Array.from({ length: 14 }, (_, i) =>
    line({ use_case: "a", day: `2026-11-${String(i + 1).padStart(2, "0")}T00:00:00Z` }, 1),
  );
  const pivot = pivotOf(lines, "use_case", "day", "calls");
  expect([pivot.columns[0]?.key, pivot.columns.at(-1)?.key, pivot.restSum]).toEqual([
    "2026-11-05T00:00:00Z",
    "2026-11-14T00:00:00Z",
    4,
  ]);
});

test("values are said as people say them", () => {
  expect(nameOf("use_case", "uc_1", { uc_1: "Letters" })).toBe("Letters");
  expect(nameOf("person", "", {})).toBe("no person");
  expect(nameOf("hour", "2026-11-18T22:00:00Z", {})).toBe("2026-11-18 22:00");
});
