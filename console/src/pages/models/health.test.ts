import { expect, test } from "vitest";
import { causes, dayOf, stateOfConnection, telling } from "./health";
import type { Connection, ConnectionHealth, ProviderHour } from "./models";

const counts = (of: Partial<ProviderHour["attempts"]>) => ({
  completed: 0,
  abandoned: 0,
  caller: 0,
  credential: 0,
  rate_limit: 0,
  model: 0,
  upstream: 0,
  ...of,
});

const hour = (at: string, of: Partial<ProviderHour["attempts"]>, mean: number | null = null): ProviderHour =>
  ({
    hour: at,
    connection_id: "c",
    deployment_id: "d",
    attempts: counts(of),
    mean_duration_us: mean,
    mean_first_output_us: null,
  }) as ProviderHour;

test("what callers did wrong or left says nothing of the provider", () => {
  expect(telling(counts({ completed: 3, caller: 9, abandoned: 9, rate_limit: 1 }))).toEqual({ attempts: 4, failed: 1 });
  expect(causes(counts({ rate_limit: 1, upstream: 3, caller: 7 }))).toBe("3 provider failed, 1 rate limited");
});

test("a day has 24 hours up to the one that runs; what is older is not in it", () => {
  const now = new Date("2026-11-26T05:40:00Z");
  const day = dayOf(
    [
      hour("2026-11-26T05:00:00Z", { completed: 1 }, 100),
      hour("2026-11-25T06:00:00Z", { completed: 3, upstream: 1 }, 300),
      hour("2026-11-25T05:00:00Z", { upstream: 50 }),
    ],
    now,
    () => true,
  );
  expect(day.cells).toHaveLength(24);
  expect([day.cells[23]?.attempts, day.cells[0]?.attempts, day.cells[0]?.failed, day.cells[5]?.attempts]).toEqual([1, 4, 1, 0]);
  expect([day.attempts, day.failed, day.meanUs]).toEqual([5, 1, 250]);
});

test("the worst that is known of a connection is its state", () => {
  const on = { disabled: false } as Connection;
  const health = (of: object, benched: string | null = null) =>
    ({
      credential_benched_until: benched,
      deployments: [{ disabled: false, breaker: "closed", unavailable_until: null, ...of }],
    }) as unknown as ConnectionHealth;
  const good = dayOf([hour(new Date().toISOString().replace(/:.*/, ":00:00Z"), { completed: 9 }, 1)], new Date(), () => true);
  expect(stateOfConnection({ disabled: true } as Connection, health({}), good).word).toBe("Switched off");
  expect(stateOfConnection(on, health({}, "2026-11-26T05:40:00Z"), good).word).toBe("Credential refused");
  expect(stateOfConnection(on, health({ breaker: "open" }), good).word).toBe("Not called now");
  expect(stateOfConnection(on, health({}), good).word).toBe("Well");
  expect(stateOfConnection(on, health({}), undefined).word).toBe("Not called lately");
});
