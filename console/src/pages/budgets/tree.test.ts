import { expect, test } from "vitest";
import type { Estate } from "../../api/estate";
import { columnsOf } from "./columns";
import { type Count, callsLink, decimalsFor, type Meter, type MeterView, standingOf, windowWords } from "./meter";
import { allLines, lineId, pathTo, prune, rowsOf, sortedBranches, treeOf, within } from "./tree";

const estate = {
  organisations: [{ id: "org_1", name: "Bank" }],
  workspaces: [
    { id: "ws_1", organisation_id: "org_1", name: "Retail" },
    { id: "ws_2", organisation_id: "org_1", name: "Empty" },
  ],
  useCases: [{ id: "uc_1", workspace_id: "ws_1", name: "Letters" }],
  keys: [{ id: "key_1", use_case_id: "uc_1", name: "crm" }],
  people: [{ id: "person_1", organisation_id: "org_1", name: "Ada" }],
} as Estate;

const counted = (of: string, spent = 0, more: Partial<Count> = {}): Count => ({
  of,
  spent,
  held: 0,
  spent_usd: null,
  held_usd: null,
  starts_at: "2026-11-01T00:00:00Z",
  resets_at: "2026-12-01T00:00:00Z",
  forecast: null,
  ...more,
});

const meter = (id: string, more: Partial<Meter>): Meter => ({
  id,
  scope: "key",
  scope_id: "key_1",
  unit: "nano_usd",
  window: "month",
  limit: 1000,
  alert_percents: [],
  shadow_only: false,
  disabled: false,
  version: 1,
  is_budget: true,
  ...more,
});

const view = (m: Meter, ...counts: Count[]): MeterView => ({ meter: m, limit_usd: null, counts });

const views = [
  view(meter("budget_1", { scope: "organisation", scope_id: "org_1" }), counted("org_1")),
  view(meter("budget_3", { window: "day" }), counted("key_1")),
  view(meter("budget_2", {}), counted("key_1")),
  view(meter("limit_1", { unit: "requests", window: "minute", is_budget: false }), counted("key_1")),
  view(meter("budget_4", { scope: "model", scope_id: "gpt-5" }), counted("gpt-5")),
  view(meter("budget_5", { scope: "key", scope_id: "*" }), counted("key_1", 5), counted("key_gone", 3)),
];

const names = (open: boolean) =>
  rowsOf(treeOf(estate, views), () => open).map((r) => `${"  ".repeat(r.depth)}${r.isFirst ? r.branch.name : ""} ${r.id}`);

test("budgets hang where their scope is, with further windows and limits below", () => {
  expect(names(true)).toEqual([
    "Bank budget_1",
    "  Retail ws_1",
    "    Letters uc_1",
    "      crm budget_2",
    "       budget_3",
    "       limit_1",
    "gpt-5 budget_4",
    "Each key budget_5|*",
    "  crm budget_5|key_1",
    "  key_gone budget_5|key_gone",
  ]);
  expect(names(false)).toEqual(["Bank budget_1", "gpt-5 budget_4", "Each key budget_5|*"]);
});

test("what one may not see the names of is listed by its ids", () => {
  const nobody: Estate = { organisations: [], workspaces: [], useCases: [], keys: [], people: [] };
  expect(rowsOf(treeOf(nobody, views.slice(0, 3)), () => true).map((r) => r.branch.name)).toEqual(["key_1", "key_1", "org_1"]);
});

test("a filter keeps what fits and the way to it", () => {
  const tree = treeOf(estate, views);
  const kept = prune(tree, (l) => l.meter.id === "budget_3");
  expect(rowsOf(kept, () => true).map((r) => r.id)).toEqual(["org_1", "ws_1", "uc_1", "budget_3"]);
  expect(pathTo(tree, "budget_3").map((b) => b.name)).toEqual(["Bank", "Retail", "Letters", "crm"]);
  expect(new Set(allLines(tree).map(lineId)).size).toBe(8);
});

test("a workspace alone is shown with what is above it, which bounds it too", () => {
  expect(rowsOf(within(treeOf(estate, views), "uc_1"), () => true).map((r) => r.branch.name)).toEqual([
    "Bank",
    "Retail",
    "Letters",
    "crm",
    "crm",
    "crm",
  ]);
});

test("a budget is at risk when it runs out in its window, and as good as stopped shortly before", () => {
  const now = new Date("2026-11-16T00:00:00Z");
  const out = (at: string | null) =>
    counted("key_1", 500, { forecast: { method: "rate", history_hours: 9, runs_out_at: at } as Count["forecast"] });
  const m = meter("budget_2", {});
  expect(standingOf(m, out(null), now)).toMatchObject({ state: "good", gone: 0.5, left: 500 });
  expect(standingOf(m, out("2026-11-20T00:00:00Z"), now).state).toBe("risk");
  expect(standingOf(m, out("2026-11-16T02:00:00Z"), now).state).toBe("failed");
  expect(standingOf(m, counted("key_1", 1000), now)).toMatchObject({ state: "failed", isSpent: true });
  expect(standingOf(meter("l", { unit: "concurrent_calls" }), counted("key_1", 0, { held: 1000 }), now).state).toBe("good");
  expect(standingOf(meter("b", { disabled: true }), counted("key_1", 1000), now).state).toBe("idle");
});

test("columns of money have the decimals that their limits need, and windows their words", () => {
  expect([decimalsFor([24_000e9, 50e9]), decimalsFor([100e9]), decimalsFor([0.5e9]), decimalsFor([])]).toEqual([0, 2, 4, 4]);
  expect(windowWords(meter("l", { unit: "tokens", window: "minute", is_budget: false }))).toBe("tokens a minute");
  expect(windowWords(meter("b", { window: "total" }))).toBe("in all");
});

test("what bounds a key is what is on it and above it, also where it has nothing of its own", () => {
  const bare = [view(meter("budget_1", { scope: "organisation", scope_id: "org_1" }), counted("org_1"))];
  expect(allLines(within(treeOf(estate, bare), "key_1"))).toEqual([]);
  const kept = within(treeOf(estate, bare, "key_1"), "key_1");
  expect(allLines(kept).map((l) => l.meter.id)).toEqual(["budget_1"]);
  expect(rowsOf(kept, () => true).map((r) => r.branch.name)).toEqual(["Bank", "Retail", "Letters", "crm"]);
});

test("budgets are sorted among those beside them, by money alone, and the order does not depend on what is folded", () => {
  const two = {
    ...estate,
    keys: [
      { id: "key_1", use_case_id: "uc_1", name: "crm" },
      { id: "key_2", use_case_id: "uc_1", name: "web" },
      { id: "key_3", use_case_id: "uc_1", name: "ide" },
    ],
  } as Estate;
  const on = (key: string, spent: number, more: Partial<Meter> = {}) =>
    view(meter(`budget_${key}`, { scope_id: key, ...more }), counted(key, spent));
  const tree = treeOf(two, [on("key_1", 5), on("key_2", 9), on("key_3", 700, { unit: "requests", is_budget: false })]);
  const columns = columnsOf({ now: new Date(), decimals: 2, asked: new Set(), onFold: () => undefined });
  const names = (sort: string) => rowsOf(sortedBranches(tree, columns, sort), () => true).map((r) => r.branch.name);
  expect(names("-spent")).toEqual(["Bank", "Retail", "Letters", "web", "crm", "ide"]);
  expect(names("spent")).toEqual(["Bank", "Retail", "Letters", "crm", "web", "ide"]);
  expect(names("-name")).toEqual(["Bank", "Retail", "Letters", "web", "ide", "crm"]);
  expect(sortedBranches(tree, columns, "nothing")).toBe(tree);
  expect(rowsOf(sortedBranches(tree, columns, "-bar"), () => true).at(3)?.branch.name).toBe("ide");
});

test("a budget leads to the calls of its scope in its window", () => {
  const of = (scope: Meter["scope"], id: string, more: Partial<Count> = {}) =>
    callsLink(meter("budget_9", { scope, scope_id: id }), counted(id, 0, more), "utc");
  expect(of("organisation", "org_1")).toEqual({ organisation: "org_1", time: "2026-11-01 00:00 – now" });
  expect(of("model", "gpt-5", { starts_at: null })).toEqual({ model: "gpt-5" });
  expect(of("key", "*")).toBeNull();
});
