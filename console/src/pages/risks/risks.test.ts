import { describe, expect, it } from "vitest";
import { type Control, controlsOf, isOpen, placeOf, sums } from "./risks";

const control = (id: string, state: Control["state"], page: string | null = "/policies"): Control => ({
  id,
  title: id,
  says: "",
  state,
  finding: null,
  page,
  endpoint: "GET /api/risks",
  guide: "docs/how-to/show-risks.md",
  tests: [],
});

const all = new Map(
  [control("a", "in_force"), control("b", "partial"), control("c", "absent", "/audit"), control("d", "unknown", null)].map(
    (c) => [c.id, c],
  ),
);
const item = (...controls: string[]) => ({ id: "1", title: "One", controls, left: "" });

describe("risks", () => {
  it("have the controls that are there", () => {
    expect(controlsOf(item("b", "gone", "a"), all).map((c) => c.id)).toEqual(["b", "a"]);
  });

  it("are summed by how their controls stand, what there is none of left out", () => {
    expect(sums([...all.values(), control("e", "in_force")])).toEqual([
      { state: "in_force", count: 2 },
      { state: "partial", count: 1 },
      { state: "absent", count: 1 },
      { state: "unknown", count: 1 },
    ]);
    expect(sums([control("a", null)])).toEqual([]);
  });

  it("are open where something is not in force, or nothing covers them", () => {
    expect(isOpen(item("a"), all)).toBe(false);
    expect(isOpen(item("a", "b"), all)).toBe(true);
    expect(isOpen(item("d"), all)).toBe(true);
    expect(isOpen(item(), all)).toBe(true);
    expect(isOpen(item("a"), new Map([["a", control("a", null)]]))).toBe(false);
  });

  it("lead to the page that shows a control, policies to what holds at the level", () => {
    expect(placeOf(control("a", null), "ws_1")).toEqual({
      to: "/policies",
      name: "Policies",
      search: { level: "ws_1", tab: "effective" },
    });
    expect(placeOf(control("a", null), undefined)?.search).toEqual({});
    expect(placeOf(control("c", null, "/audit"), "ws_1")).toEqual({ to: "/audit", name: "Audit", search: {} });
    expect(placeOf(control("d", null, null), "ws_1")).toBeUndefined();
  });
});
