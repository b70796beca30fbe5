import { describe, expect, it } from "vitest";
import { intervalOf } from "./calls";
import { chosenColumns, toggled } from "./columns";
import { joined, room } from "./useLive";

const all = [{ id: "time", usual: true }, { id: "route", usual: true }, { id: "operation" }];

describe("columns", () => {
  it("come from the address, and the usual ones have none there", () => {
    expect(chosenColumns(all, undefined).map((c) => c.id)).toEqual(["time", "route"]);
    expect(chosenColumns(all, "operation,time,nonsense").map((c) => c.id)).toEqual(["time", "operation"]);
    expect(chosenColumns(all, "nonsense").map((c) => c.id)).toEqual(["time", "route"]);
    expect(toggled(all, undefined, "operation")).toBe("time,route,operation");
    expect(toggled(all, "time,route,operation", "operation")).toBeUndefined();
    expect(toggled(all, "time", "time")).toBeUndefined();
  });
});

describe("live rows", () => {
  it("stay within their room, the newest first", () => {
    const row = (id: number) => ({ id: `call_${id}` }) as never;
    const older = Array.from({ length: room }, (_, i) => row(room - i));
    const { rows, left } = joined([row(room + 2), row(room + 1)], older);
    expect(rows).toHaveLength(room);
    expect(rows.slice(0, 3).map((r) => r.id)).toEqual([`call_${room + 2}`, `call_${room + 1}`, `call_${room}`]);
    expect(left).toBe(2);
  });
});

describe("bands", () => {
  it("are as fine as there is room for them", () => {
    expect(intervalOf(3_600_000)).toBe("minute");
    expect(intervalOf(3 * 3_600_000)).toBe("minute");
    expect(intervalOf(24 * 3_600_000)).toBe("hour");
    expect(intervalOf(7 * 86_400_000)).toBe("hour");
    expect(intervalOf(30 * 86_400_000)).toBe("day");
  });
});
