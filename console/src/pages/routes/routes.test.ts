import { expect, test } from "vitest";
import { bodyOfRoute, draftOf, moved, newRoute, routeChanges, wrongNumbers } from "./draft";
import { lanesOf } from "./lanes";
import type { Route } from "./routes";
import { samplesOf } from "./samples";

const route = {
  id: "route_1",
  name: "claims",
  strategy: "weighted",
  targets: [
    { deployment: "d1", model: null, weight: 3 },
    { deployment: null, model: "both", weight: 1 },
  ],
  retries: 1,
  max_attempts: 3,
  timeout_ms: 1500,
  session_affinity: true,
  cache_seconds: 60,
  context: "summarise",
  summary_model: "small",
  summary_tokens: 512,
  default_output_tokens: 4096,
  allow_unpriced: false,
  keep_contents: true,
  losses: "refuse",
  demands: { residency: ["eu"], no_training: true, max_retention_days: null },
  disabled: false,
  version: 7,
  is_implicit: false,
} as unknown as Route;

test("a route that is saved again as it is says the same: what undo puts back", () => {
  const { id: _, version: __, is_implicit: ___, ...said } = route;
  expect(bodyOfRoute(route)).toEqual(said);
});

test("a diff names what changed and nothing else", () => {
  const before = draftOf(route);
  const after = { ...before, retries: "0", cacheS: "0", targets: moved(before.targets, 1, -1) };
  const changes = routeChanges(before, after, (t) => t.model ?? t.deployment ?? "");
  expect(changes).toEqual([
    { name: "Leads to", before: "1. d1 (3), 2. both (1)", after: "1. both (1), 2. d1 (3)" },
    { name: "Retries", before: "1", after: "0" },
    { name: "Cache", before: "1\u202fmin 0\u202fs", after: "none" },
  ]);
});

test("numbers are told at their field before anything is sent", () => {
  expect(wrongNumbers(newRoute)).toEqual({});
  expect(
    Object.keys(wrongNumbers({ ...newRoute, retries: "6", timeoutS: "x", defaultOutputTokens: "", maxRetentionDays: "-1" })),
  ).toEqual(["retries", "default_output_tokens", "timeout_ms", "demands.max_retention_days"]);
});

const world = {
  deployments: [
    { id: "d1", model_id: "m1", connection_id: "c1", upstream_model: "a", weight: 1, disabled: false },
    { id: "d2", model_id: "m2", connection_id: "c1", upstream_model: "b", weight: 1, disabled: false },
    { id: "d3", model_id: "m2", connection_id: "c2", upstream_model: "b", weight: 4, disabled: false },
  ],
  hub: [
    { model_id: "m1", model: "one", state: "approved", disabled: false },
    { model_id: "m2", model: "both", state: "approved", disabled: false },
  ],
  connections: new Map([
    ["c1", { name: "east", disabled: false }],
    ["c2", { name: "west", disabled: true }],
  ]),
  health: new Map(),
} as unknown as Parameters<typeof lanesOf>[2];

test("shares are those of the lanes that are called, a model's by the weights of its deployments", () => {
  const lanes = lanesOf(route.targets, "weighted", world);
  expect(lanes.map((l) => [l.model, l.connection, l.weight, l.share, l.off])).toEqual([
    ["one", "east", 3, 0.75, null],
    ["both", "east", 1, 0.25, null],
    ["both", "west", 4, null, "the connection is switched off"],
  ]);
  expect(lanesOf(route.targets, "ordered", world).every((l) => l.share === null)).toBe(true);
});

test("a target that is gone has a lane that says so", () => {
  const gone = lanesOf(
    [
      { deployment: "dx", model: null, weight: 1 },
      { deployment: null, model: "none", weight: 1 },
    ] as never,
    "ordered",
    world,
  );
  expect(gone.map((l) => l.off)).toEqual(["the deployment was removed", "the model is not there"]);
});

test("samples differ in who calls and how much; without calls each active key has one", () => {
  const keys = [
    { id: "k1", name: "portal", state: "active" },
    { id: "k2", name: "batch", state: "disabled" },
  ] as unknown as Parameters<typeof samplesOf>[1];
  const call = (id: string, key_id: string, input: number) =>
    ({ id, key_id, operation: "chat", counted_input_tokens: input, usage: { total_output: 10 } }) as Parameters<
      typeof samplesOf
    >[0][number];
  const calls = [call("1", "k1", 100), call("2", "k1", 110), call("3", "k1", 90_000), call("4", "k2", 5), call("5", "gone", 5)];
  expect(samplesOf(calls, keys).map((s) => s.id)).toEqual(["1", "3", "4"]);
  expect(samplesOf([], keys).map((s) => [s.keyId, s.input])).toEqual([["k1", 1000]]);
});
