import { describe, expect, test } from "vitest";
import { type Finding, others, type Report, sentence, sorted } from "./health";

const check = (what: string, state: Finding["state"]): Finding => ({ what, state, detail: "", fix: "" });

describe("health", () => {
  test("What is not well stands first and in the sentence", () => {
    const checks = [check("settings", "well"), check("disk", "degraded"), check("store", "failed")];
    expect(sorted(checks).map((c) => c.what)).toEqual(["store", "disk", "settings"]);
    expect(sentence(checks)).toBe("Not well: store");
    expect(sentence(checks.slice(0, 2))).toBe("Works, less well than it could: disk");
    expect(sentence(checks.slice(0, 1))).toBe("Everything that was looked at is well");
  });

  test("Another node is one that holds a round", () => {
    const round = { swept_at: null, failure: null };
    const rounds: Report["rounds"] = [
      { ...round, name: "a", holder: "node_2", here: false, held_until: "2026-11-19T12:00:00Z" },
      { ...round, name: "b", holder: "node_1", here: true, held_until: "2026-11-19T12:30:00Z" },
      { ...round, name: "c", holder: "node_2", here: false, held_until: "2026-11-19T13:00:00Z" },
      { ...round, name: "d", holder: null, here: false, held_until: null },
    ];
    expect(others({ rounds } as Report)).toEqual([{ id: "node_2", until: "2026-11-19T13:00:00Z", rounds: ["a", "c"] }]);
  });
});
