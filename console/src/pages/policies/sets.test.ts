import { expect, test } from "vitest";
import { backAt, faultOf, isUsed, type ModelSet, nowAt } from "./sets";

const use = (level: string, back_to: string | null) => ({ level, since: "2026-01-01T00:00:00Z", by_name: "Ann", back_to });

const set = (id: string, in_force: ModelSet["in_force"], workspace_id: string | null = null): ModelSet => ({
  id,
  version: id,
  digest: id,
  bytes: 1,
  workspace_id,
  reviews: 0,
  files: [],
  probes: [],
  uploaded_by_name: null,
  uploaded_at: null,
  in_force,
  problem: null,
});

test("a workspace without a set of its own goes by the platform's", () => {
  const sets = [set("shipped", []), set("a", [use("platform", "shipped")]), set("own", [use("ws_1", "platform")], "ws_1")];
  expect(nowAt(sets, "ws_1")?.id).toBe("own");
  expect(nowAt(sets, "ws_2")?.id).toBe("a");
  expect(sets.map(isUsed)).toEqual([false, true, true]);
});

test("a roll back names the set that it brings", () => {
  const sets = [set("shipped", [use("platform", null)]), set("own", [use("ws_1", "platform"), use("ws_2", "gone")], "ws_1")];
  expect(backAt(sets, "ws_1")?.id).toBe("shipped");
  expect(backAt(sets, "platform")).toBeUndefined();
  expect(backAt(sets, "ws_2")).toBeUndefined();
});

test("a file that is no set is told before it is sent", async () => {
  expect(await faultOf(new File([], "x.set"))).toBe("x.set is empty.");
  expect(await faultOf(new File(["hello"], "notes.txt"))).toContain("notes.txt is no set of models");
  expect(await faultOf(new File([new Uint8Array(9 * 1024 * 1024)], "big"))).toContain("big has 9 MB");
  expect(await faultOf(new File(["PORTICO MODELS 1 abc\n"], "a.set"))).toBeNull();
});
