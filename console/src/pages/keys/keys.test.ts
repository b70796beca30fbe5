import { describe, expect, it } from "vitest";
import { conditionOf, daysUntil, found, type Key, listOf, stateOf, usesOf } from "./keys";

const now = new Date("2026-11-26T12:00:00Z");
const key = (more: Partial<Key>): Key =>
  ({
    id: "key_1",
    name: "crm",
    prefix: "pk_live_ab",
    use_case_id: "uc_1",
    person_id: null,
    state: "active",
    expires_at: null,
    ...more,
  }) as Key;

describe("keys", () => {
  it("warn before they expire", () => {
    expect(stateOf(key({}), now)).toEqual({ state: "good", word: "Works" });
    expect(stateOf(key({ expires_at: "2026-12-06T12:00:00Z" }), now)).toEqual({ state: "risk", word: "Expires in 10 days" });
    expect(stateOf(key({ expires_at: "2026-11-26T20:00:00Z" }), now).word).toBe("Expires within a day");
    expect(conditionOf(key({ expires_at: "2026-12-26T12:00:00Z" }), now)).toBe("works");
    expect(conditionOf(key({ expires_at: "2026-11-26T12:00:00Z" }), now)).toBe("expired");
    expect(conditionOf(key({ state: "revoked", expires_at: "2026-11-01T00:00:00Z" }), now)).toBe("revoked");
  });

  it("are found by every word, in their workspace, those that work first", () => {
    const keys = [
      key({ id: "key_z", name: "crm old", state: "revoked" }),
      key({ id: "key_b", name: "crm sync", use_case_id: "uc_2" }),
      key({ id: "key_a", name: "chat" }),
    ];
    const names = (search: object, workspace?: string) =>
      found(
        keys,
        search,
        workspace,
        (k) => (k.use_case_id === "uc_2" ? "ws_2" : "ws_1"),
        () => "claims",
        now,
      ).map((k) => k.id);
    expect(names({})).toEqual(["key_a", "key_b", "key_z"]);
    expect(names({ q: "CRM claims" })).toEqual(["key_b", "key_z"]);
    expect(names({}, "ws_2")).toEqual(["key_b"]);
    expect(names({ state: "revoked" })).toEqual(["key_z"]);
    expect(names({ use_case: "uc_1", state: "works" })).toEqual(["key_a"]);
  });

  it("have a strip of two weeks, days without a call too", () => {
    const days = daysUntil(now);
    expect(days).toHaveLength(14);
    expect(days[0]).toBe("2026-11-13");
    expect(days[13]).toBe("2026-11-26");
    const line = (day: string, calls: number) =>
      ({ group: { day: `${day}T00:00:00Z`, key: "key_1" }, calls, cost_nano_usd: calls * 10 }) as never;
    const use = usesOf([line("2026-11-13", 2), line("2026-11-26", 3), line("2026-11-01", 9)], days).get("key_1");
    expect(use?.calls).toEqual([2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]);
    expect(use?.cost[13]).toBe(30);
  });

  it("take lists as one writes them", () => {
    expect(listOf(" 10.0.0.0/8,\n192.168.1.4 ")).toEqual(["10.0.0.0/8", "192.168.1.4"]);
    expect(listOf("")).toEqual([]);
  });
});
