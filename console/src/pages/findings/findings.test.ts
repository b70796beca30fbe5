import { expect, test } from "vitest";
import { adviceOf, nextOf, progressOf, type Queued, queryOf, shareOf } from "./findings";

test("filters of the address are those of the API", () => {
  expect(queryOf({ workspace: "ws_1", rule: "personal", same: "d", sure: "70-89", tab: "rules", time: "7d" })).toEqual({
    workspace_id: "ws_1",
    rule: "personal",
    digest: "d",
    min_score_percent: "70",
    max_score_percent: "89",
  });
  expect(queryOf({ sure: "much" })).toEqual({});
});

test("a share has its interval, and nothing counted is no share", () => {
  expect(shareOf({ value: 0.0833, low: 0.0149, high: 0.3539 })).toBe("8.3 % (1.5–35 %)");
  expect(shareOf({ value: 0, low: 0, high: 0.28 })).toBe("0 % (0–28 %)");
  expect(shareOf(null)).toBe("–");
});

test("progress says how many, and nothing of false alarms before the first answer", () => {
  expect(progressOf({ texts: 40, reviewed: 0, false_alarms: 0, false_alarm_share: null })).toBe("0 of 40 reviewed");
  expect(
    progressOf({ texts: 40, reviewed: 12, false_alarms: 1, false_alarm_share: { value: 0.0833, low: 0.0149, high: 0.3539 } }),
  ).toBe("12 of 40 reviewed, false alarms 8.3 % (1.5–35 %)");
});

test("who was refused is told what to do, by where it stood", () => {
  const at = (channel: string) => adviceOf({ action: "block", rule: "r", kind: "pii.email", channel });
  expect(at("user")).toContain("Take what stands at this place out of the text");
  expect(at("tool")).toContain("out of what the tool gives back");
  expect(at("output")).toContain("The answer ended there");
  expect(adviceOf({ action: "redact", rule: "personal", kind: null, channel: "user" })).toContain("[redacted:personal]");
});

test("after an answer the next question is at hand, and after the last one the one before", () => {
  const items = [1, 2, 3].map((n) => ({ finding: { call_id: `call_${n}`, number: 0 } }) as Queued);
  expect(nextOf(items, "call_1.0")).toBe("call_2.0");
  expect(nextOf(items, "call_3.0")).toBe("call_2.0");
  expect(nextOf(items.slice(0, 1), "call_1.0")).toBeUndefined();
});
