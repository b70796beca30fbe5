import { describe, expect, it } from "vitest";
import { naturalOf, nextSort, readSort, sortedOutline, sortedRows, sortedTree } from "./sort";

type Row = { name: string; cost: number | null; at?: number };

const rows: Row[] = [
  { name: "key-10", cost: 5 },
  { name: "key-2", cost: null },
  { name: "Alpha", cost: 0 },
  { name: "beta", cost: 5 },
];
const columns = [{ id: "name", sort: (r: Row) => r.name }, { id: "cost", sort: (r: Row) => r.cost }, { id: "strip" }];
const names = (sort: string | undefined) => sortedRows(rows, columns, sort).map((r) => r.name);

describe("the sort of an address", () => {
  it("goes up, or down with a minus", () => {
    expect(readSort("cost")).toEqual({ id: "cost", direction: "up" });
    expect(readSort("-cost")).toEqual({ id: "cost", direction: "down" });
    expect(readSort("-")).toBeUndefined();
    expect(readSort(undefined)).toBeUndefined();
  });

  it("goes the natural way, the other, and back to the list's own order", () => {
    expect(nextSort(undefined, "cost", "down")).toBe("-cost");
    expect(nextSort("-cost", "cost", "down")).toBe("cost");
    expect(nextSort("cost", "cost", "down")).toBeUndefined();
    expect(nextSort(undefined, "name", "up")).toBe("name");
    expect(nextSort("name", "name", "up")).toBe("-name");
    expect(nextSort("-name", "name", "up")).toBeUndefined();
    expect(nextSort("-cost", "name", "up")).toBe("name");
  });

  it("is natural downwards for numbers, upwards for text and for what comes next", () => {
    expect(naturalOf(columns[0] as never, rows)).toBe("up");
    expect(naturalOf(columns[1] as never, rows.slice(1))).toBe("down");
    expect(naturalOf({ id: "ends", sort: (r: Row) => r.cost, sortsUp: true }, rows)).toBe("up");
  });
});

describe("sorted rows", () => {
  it("stand last where nothing is known of them, either way, and zero is known", () => {
    expect(names("-cost")).toEqual(["key-10", "beta", "Alpha", "key-2"]);
    expect(names("cost")).toEqual(["Alpha", "key-10", "beta", "key-2"]);
  });

  it("stand by their names as people read them", () => {
    expect(names("name")).toEqual(["Alpha", "beta", "key-2", "key-10"]);
    expect(names("-name")).toEqual(["key-10", "key-2", "beta", "Alpha"]);
  });

  it("stay as they are where the address names no column that sorts", () => {
    expect(sortedRows(rows, columns, undefined)).toBe(rows);
    expect(sortedRows(rows, columns, "-nonsense")).toBe(rows);
    expect(sortedRows(rows, columns, "strip")).toBe(rows);
  });

  it("leave what was given as it was", () => {
    const before = [...rows];
    names("name");
    expect(rows).toEqual(before);
  });
});

describe("a sorted tree", () => {
  type Branch = { name: string; value?: number; below: Branch[] };
  const leaf = (name: string, value?: number): Branch => ({ name, below: [], ...(value === undefined ? {} : { value }) });
  const tree: Branch[] = [
    { name: "a", below: [leaf("a1", 1), leaf("a2", 7)] },
    { name: "b", value: 4, below: [leaf("b1"), leaf("b2", 9)] },
    leaf("c"),
  ];
  const flat = (all: readonly Branch[]): string[] => all.flatMap((b) => [b.name, ...flat(b.below)]);

  it("keeps everything below what it lies below, and what has no value stands by the first below it", () => {
    expect(flat(sortedTree(tree, (b) => b.value, "down"))).toEqual(["a", "a2", "a1", "b", "b2", "b1", "c"]);
    expect(flat(sortedTree(tree, (b) => b.value, "up"))).toEqual(["a", "a1", "a2", "b", "b2", "b1", "c"]);
  });

  it("is the same for a list that tells its depth", () => {
    const list = [
      { name: "a", depth: 0 },
      { name: "a1", depth: 1, cost: 1 },
      { name: "b", depth: 0 },
      { name: "b1", depth: 1, cost: 2 },
      { name: "b2", depth: 1, cost: 3 },
      { name: "b2x", depth: 2, cost: 1 },
    ];
    const by = [{ id: "cost", sort: (r: (typeof list)[number]) => r.cost }];
    const sorted = (text: string) => sortedOutline(list, (r) => r.depth, by, text).map((r) => r.name);
    expect(sorted("-cost")).toEqual(["b", "b2", "b2x", "b1", "a", "a1"]);
    expect(sorted("cost")).toEqual(["a", "a1", "b", "b1", "b2", "b2x"]);
  });
});
