import { expect, test } from "vitest";
import type { Connection, Deployment, HubLine } from "./models";
import { daysTo, type Row, rowsOf, sortedLines, stateOfModel, termsOf } from "./rows";

const connection = (id: string, name: string) =>
  ({ id, name, family: "openai", preset: null, base_url: "https://x", disabled: false }) as unknown as Connection;
const deployment = (id: string, connection_id: string, model_id: string) =>
  ({ id, connection_id, model_id, upstream_model: `${model_id}-up`, weight: 1, disabled: false }) as unknown as Deployment;
const line = (id: string, more: Partial<HubLine> = {}) =>
  ({
    model_id: id,
    model: id,
    state: "approved",
    disabled: false,
    input_usd_per_mtok: "1.00",
    output_usd_per_mtok: "2.00",
    licence: null,
    source: null,
    ...more,
  }) as unknown as HubLine;

const estate = [
  [connection("c2", "west"), connection("c1", "east")],
  [deployment("d1", "c1", "small"), deployment("d2", "c1", "large"), deployment("d3", "c2", "small")],
  [
    line("small"),
    line("large", { state: "quarantined" } as Partial<HubLine>),
    line("alone", { input_usd_per_mtok: null, output_usd_per_mtok: null }),
  ],
] as const;
const shown = (asked: Parameters<typeof rowsOf>[3]) => rowsOf(...estate, asked).map((r) => r.id);

test("each connection has its deployments below it, and what nobody serves stands at the end", () => {
  expect(shown({})).toEqual(["c1", "d2", "d1", "c2", "d3", "alone", "alone"]);
});

test("connections are sorted among themselves, what they serve below them, and what nobody serves stays at the end", () => {
  const name = (row: Row) => (row.kind === "connection" ? row.connection.name : row.kind === "heading" ? null : row.model?.model);
  const tokens: Record<string, number> = { d1: 8, d2: 128, d3: 400 };
  const columns = [
    { id: "name", sort: name },
    { id: "context", sort: (row: Row) => tokens[row.id] },
  ];
  const sorted = (sort: string) => sortedLines(rowsOf(...estate, {}), columns, sort).map((r) => r.id);
  expect(sorted("-name")).toEqual(["c2", "d3", "c1", "d1", "d2", "alone", "alone"]);
  expect(sorted("-context")).toEqual(["c2", "d3", "c1", "d2", "d1", "alone", "alone"]);
  expect(sorted("context")).toEqual(["c1", "d1", "d2", "c2", "d3", "alone", "alone"]);
});

test("a connection stays while something below it fits", () => {
  expect(shown({ state: "quarantined" })).toEqual(["c1", "d2"]);
  expect(shown({ state: "unpriced" })).toEqual(["alone", "alone"]);
  expect(shown({ q: "LARGE" })).toEqual(["c1", "d2"]);
  expect(shown({ q: "west" })).toEqual(["c2", "d3"]);
  expect(shown({ connection: "east" })).toEqual(["c1", "d2", "d1"]);
  expect(shown({ q: "nothing like it" })).toEqual([]);
});

test("terms say what is known and no more", () => {
  expect(termsOf(null, null, null)).toBe("not known");
  expect(termsOf(false, 0, ["eu", "ch"])).toBe("no training · keeps nothing · eu, ch");
  expect(termsOf(true, 30, [])).toBe("trains on data · keeps 30 d");
});

test("a day is as far as its date, whatever the hour", () => {
  const now = new Date("2026-11-26T23:59:00Z");
  expect([daysTo("2026-11-26", now), daysTo("2026-11-27", now), daysTo("2026-11-25", now)]).toEqual([0, 1, -1]);
});

test("an approved model that is switched off is told as off", () => {
  expect(stateOfModel(line("a", { disabled: true })).word).toBe("Switched off");
  expect(stateOfModel(line("a", { disabled: true, state: "quarantined" } as Partial<HubLine>)).word).toBe("Quarantined");
});
