import { expect, test } from "vitest";
import type { Schemas } from "../../api/client";
import { needsOf, risksOf } from "../alerts/needs";
import { pick, timeOf } from "./drill";
import { amountOf, bandsOf, change, iso, type Line, leading, others, spanOf, stacks } from "./overview";

const now = Date.parse("2026-11-19T14:32:07Z");

const line = (group: Record<string, string>, usd: number) => ({ group, calls: 1, cost_nano_usd: usd * 1e9 }) as unknown as Line;

test("a preset has as many bands as it says and is held against the same bands before", () => {
  const span = spanOf("14d", now, "utc");
  expect([iso(span.from), iso(span.to)]).toEqual(["2026-11-06T00:00:00.000Z", "2026-11-19T14:32:07.000Z"]);
  expect([iso(span.before.from), iso(span.before.to)]).toEqual(["2026-10-23T00:00:00.000Z", "2026-11-05T14:32:07.000Z"]);
  expect(bandsOf(span, now, "utc")).toHaveLength(14);
  expect(bandsOf(spanOf("1h", now, "utc"), now, "utc")).toHaveLength(60);
});

test("a range of one's own is cut by its length, and what cannot be read is the usual one", () => {
  const own = spanOf("2026-11-18 10:00 – 12:00", now, "utc");
  expect([own.interval, own.isOpen, iso(own.before.from)]).toEqual(["minute", false, "2026-11-18T08:00:00.000Z"]);
  const today = spanOf("today", now, "utc");
  expect([today.interval, today.isOpen, iso(today.before.from), iso(today.before.to)]).toEqual([
    "hour",
    true,
    "2026-11-18T00:00:00.000Z",
    "2026-11-18T14:32:07.000Z",
  ]);
  expect(spanOf("the day before", now, "utc")).toEqual(spanOf(undefined, now, "utc"));
});

test("the first groups stand by themselves, the rest is together, and nothing is lost", () => {
  const span = spanOf("7d", now, "utc");
  const bands = bandsOf(span, now, "utc");
  const lines = ["a", "b", "c", "d", "e", "f", "g"].flatMap((g, i) =>
    bands.slice(0, 3).map((b) => line({ day: b.key, use_case: g }, 10 - i)),
  );
  const sums = ["a", "b", "c", "d", "e", "f", "g"].map((g, i) => line({ use_case: g }, 10 - i));
  const shown = leading(sums, "use_case", amountOf.spend);
  const all = stacks(lines, bands, "day", "use_case", shown, amountOf.spend, (v) => v.toUpperCase());
  expect(all.map((s) => s.name)).toEqual(["A", "B", "C", "D", "E", "Others"]);
  expect(all.at(-1)?.id).toBe(others);
  const sum = all.reduce((s, x) => s + x.values.reduce<number>((a, v) => a + (v ?? 0), 0), 0);
  expect(sum).toBe(lines.reduce((s, l) => s + (l.cost_nano_usd ?? 0), 0));
});

test("a change against nothing is none", () => {
  expect([change(5, 4), change(5, 0), change(5, undefined)]).toEqual([0.25, undefined, undefined]);
});

function budget(spent: number, runsOutAt: string | null, more: Partial<Schemas["Meter"]> = {}): Schemas["MeterView"] {
  return {
    meter: { id: `budget_${spent}`, scope: "use_case", scope_id: "uc", unit: "nano_usd", window: "month", limit: 100, ...more },
    limit_usd: "0",
    counts: [
      {
        of: "uc",
        spent,
        held: 0,
        spent_usd: null,
        held_usd: null,
        starts_at: null,
        resets_at: null,
        forecast: { method: "rate", history_hours: 9, runs_out_at: runsOutAt },
      },
    ],
  } as unknown as Schemas["MeterView"];
}

test("budgets at risk are those nearly spent and those that will not last, the worst first", () => {
  const risks = risksOf(
    [
      budget(40, null),
      budget(50, "2026-11-24T10:00:00Z"),
      budget(81, null),
      budget(100, null),
      budget(99, null, { shadow_only: true }),
      budget(98, null, { disabled: true }),
    ],
    (scope, id) => `${scope} ${id}`,
  );
  expect(risks.map((r) => r.spent)).toEqual([100, 81, 50]);
  expect(risks[0]?.of).toBe("use_case uc");
});

const quiet = { health: undefined, budgets: [], retirements: [], violations: [], keys: [] };

function health(attempts: Record<string, number>, more: object = {}): Schemas["ProviderHealthPage"] {
  return {
    window_seconds: 900,
    items: [{ id: "conn_1", name: "azure", disabled: false, credential_benched_until: null, attempts, deployments: [], ...more }],
  } as unknown as Schemas["ProviderHealthPage"];
}

test("a provider needs somebody when it is out, throttles or fails often, and not for a few failures", () => {
  const titles = (h: Schemas["ProviderHealthPage"]) => needsOf({ ...quiet, health: h }, now).map((n) => n.title);
  expect(titles(health({ completed: 3, upstream: 2 }))).toEqual([]);
  expect(titles(health({ completed: 96, upstream: 4 }))).toEqual([]);
  expect(titles(health({ completed: 90, upstream: 10 }))).toEqual(["azure fails often"]);
  expect(titles(health({ completed: 90, rate_limit: 10 }))).toEqual(["azure is throttling"]);
  expect(titles(health({}, { credential_benched_until: "2026-11-19T15:00:00Z" }))).toEqual(["azure refuses its credential"]);
  expect(titles(health({}, { deployments: [{ disabled: false, breaker: "open", model: "m" }] }))).toEqual([
    "azure does not answer",
  ]);
  expect(titles(health({ upstream: 90 }, { disabled: true }))).toEqual([]);
});

test("what hurts first stands first", () => {
  const key = (name: string, end: string, state = "active") =>
    ({ id: name, name, state, expires_at: end, last_used_at: null }) as unknown as Schemas["ServiceKey"];
  const needs = needsOf(
    {
      ...quiet,
      keys: [
        key("later", "2026-11-29T00:00:00Z"),
        key("soon", "2026-11-20T00:00:00Z"),
        key("far", "2027-11-20T00:00:00Z"),
        key("gone", "2026-11-20T00:00:00Z", "revoked"),
      ],
      budgets: risksOf([budget(100, null)], () => "Contract review"),
    },
    now,
  );
  expect(needs.map((n) => n.title)).toEqual([
    "Contract review has spent its month budget",
    "Key soon expires in 1 day",
    "Key later expires in 10 days",
  ]);
});

test("a mark leads to its calls, a whole bar to all of them, and what stands for many or for none leads nowhere", () => {
  const time = "2026-11-18 00:00 – 2026-11-19 00:00";
  expect(pick(time, "spend", "use_case", "uc_1")).toEqual({ time, use_case: "uc_1" });
  expect(pick(time, "failed", "use_case", "no_deployment")).toEqual({ time, outcome: "failed", error_code: "no_deployment" });
  expect(pick(time, "failed", "use_case", undefined)).toEqual({ time, outcome: "failed" });
  expect(pick(time, "latency", "use_case", "p95_us")).toEqual({ time });
  for (const id of [others, "none", "forecast"]) expect(pick(time, "spend", "use_case", id)).toBeNull();
});

test("the time of a page that ends now ends now", () => {
  expect(timeOf(spanOf("14d", now, "utc"), "utc")).toEqual({ time: "2026-11-06 00:00 – now" });
  expect(timeOf(spanOf("2026-11-18 10:00 – 12:00", now, "utc"), "utc")).toEqual({ time: "2026-11-18 10:00 – 2026-11-18 12:00" });
});

test("everything that needs somebody leads to where it is put right", () => {
  const each = { ...budget(100, null), counts: budget(100, null).counts.map((c) => ({ ...c, of: "key_1" })) };
  const needs = needsOf(
    {
      health: health({ completed: 1, upstream: 99 }),
      budgets: risksOf([budget(101, null), { ...each, meter: { ...each.meter, scope: "key", scope_id: "*" } }], (_, id) => id),
      retirements: [
        { model_id: "model_1", model: "m", state: "announced", days_left: 3 },
      ] as unknown as Schemas["RetirementLine"][],
      violations: [
        { model_id: "model_2", rule_id: "rule_1", model: "n", says: "", fact: "" },
      ] as unknown as Schemas["Violation"][],
      keys: [],
    },
    now,
  );
  expect(needs.map((n) => `${n.act.to}?${new URLSearchParams(n.act.search)}`).sort()).toEqual([
    "/budgets?budget=budget_100%7Ckey_1",
    "/budgets?budget=budget_101",
    "/models?connection=conn_1",
    "/models?model=model_1",
    "/models?model=model_2",
  ]);
});
