import { describe, expect, it } from "vitest";
import { backupsOf, canFetch, countdown, leftOf, requestOf, scopeOf, standingOf } from "./evidence";

const now = new Date("2026-11-26T10:00:00Z");

describe("a wish to read", () => {
  it("says how long it is open, and that it is over when it is", () => {
    expect(standingOf({ state: "approved", until: "2026-11-26T10:29:59Z" }, now).title).toBe("Open, 29:59 left");
    expect(standingOf({ state: "approved", until: "2026-11-26T10:00:00Z" }, now)).toEqual({ state: "idle", title: "Over" });
    expect(standingOf({ state: "open", until: null }, now).state).toBe("risk");
    expect(leftOf({ state: "ended", until: "2026-11-26T11:00:00Z" }, now)).toBe(0);
  });

  it("counts down in minutes, and in hours where there are any", () => {
    expect(countdown(1)).toBe("0:01");
    expect(countdown(59_999)).toBe("1:00");
    expect(countdown(3_900_000)).toBe("1:05:00");
  });

  it("says what it is over", () => {
    const time = (at: string) => at.slice(0, 10);
    expect(scopeOf({ calls: ["call_1"], from: null, to: null }, time)).toBe("One call");
    expect(scopeOf({ calls: [], from: "2026-01-01T00:00:00Z", to: null }, time)).toBe("Calls from 2026-01-01 on");
    expect(scopeOf({ calls: [], from: null, to: null }, time)).toBe("All calls");
  });
});

describe("a destroyed key", () => {
  it("says what of back-ups", () => {
    expect(backupsOf({ backups: "until_root_is_rotated" })).toMatch(/until the root is rotated/);
    expect(backupsOf({ backups: "gone" })).toMatch(/nothing/);
    expect(backupsOf({ backups: null })).toBe("–");
  });
});

describe("a request about a person", () => {
  const step = (done: boolean) => ({ class: "contents", done, amount: 1, hash: null, left_behind: null });
  const of = { state: "running", kind: "access", problem: null, until: null, steps: [step(true), step(false)] } as const;

  it("says how far it is, and that it waits", () => {
    expect(requestOf({ ...of, steps: [...of.steps] }, now).title).toBe("Under way, 1 of 2 done");
    expect(requestOf({ ...of, steps: [], problem: "a hold" }, now)).toEqual({
      state: "held",
      title: "Waits, and is tried again",
    });
  });

  it("knows a package that is past its time", () => {
    const done = { ...of, state: "done" as const, until: "2026-11-26T10:00:00Z", steps: [] };
    expect(canFetch(done, now)).toBe(false);
    expect(requestOf(done, now).title).toBe("Package removed");
    expect(requestOf({ ...done, until: "2026-11-26T10:00:01Z" }, now).title).toBe("Ready");
    expect(requestOf({ ...done, until: null, kind: "erasure" }, now).state).toBe("good");
  });
});
