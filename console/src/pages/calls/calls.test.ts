import { describe, expect, it } from "vitest";
import { outcomeOf, parametersOf, queryOf, timeOf } from "./calls";

const ended = { outcome: "completed", error_code: null, cache: "off", tries: 1 } as const;

describe("calls", () => {
  it("says what became of a call in words", () => {
    expect(outcomeOf(ended)).toEqual({ state: "answered", title: "Answered", reason: undefined });
    expect(outcomeOf({ ...ended, tries: 2 }).title).toBe("Answered on attempt 2");
    expect(outcomeOf({ ...ended, cache: "hit", tries: 0 }).title).toBe("Answered from the cache");
    const failed = outcomeOf({ ...ended, outcome: "failed", error_code: "upstream_timeout", tries: 2 });
    expect(failed).toEqual({ state: "failed", title: "Failed after 2 attempts", reason: "Upstream timeout, 2 attempts" });
    expect(outcomeOf({ ...ended, outcome: "refused", error_code: "insufficient_quota" }).reason).toBe("Insufficient quota");
  });

  it("asks the API by the names that it has", () => {
    const query = queryOf({ use_case: "uc_1", route: "claims & more", outcome: undefined, call: "call_1", live: "1" });
    expect(query).toEqual({ use_case_id: "uc_1", route: "claims & more" });
    expect(parametersOf(query)).toBe("use_case_id=uc_1&route=claims+%26+more");
  });

  it("takes what is no stretch of time for the usual one", () => {
    const now = new Date("2026-11-26T12:00:00Z");
    expect(timeOf("3h", now, "utc")).toEqual({ from: "2026-11-26T09:00:00.000Z" });
    expect(timeOf("gibberish", now, "utc")).toEqual({ from: "2026-11-25T12:00:00.000Z" });
    expect(timeOf("yesterday", now, "utc")).toEqual({ from: "2026-11-25T00:00:00.000Z", to: "2026-11-26T00:00:00.000Z" });
  });
});
