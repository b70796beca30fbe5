import { type Grouping, isTime, type Line, type Measure, measureOf } from "./usage";

/** Columns at most; what is left is one more. */
export const maxColumns = 10;

export type Cell = { value: number; isUnpriced: boolean };

export type PivotRow = {
  key: string;
  /** By the value of the second dimension; what has no column of its own is under "". */
  cells: ReadonlyMap<string, Cell>;
  rest: Cell | undefined;
  sum: number;
};

export type Pivot = {
  rows: PivotRow[];
  columns: { key: string; sum: number }[];
  /** How many values share the last column. */
  others: number;
  restSum: number;
  sum: number;
};

/** Lines of two dimensions across each other: the first goes down, the second across, the largest first, times in their order. */
export function pivotOf(lines: readonly Line[], down: Grouping, across: Grouping, measure: Measure): Pivot {
  const value = (line: Line) => measureOf(line, measure);
  const columns = ordered(totals(lines, across, value), across);
  // Of times the newest stay, since those are looked for.
  const kept = new Set((isTime(across) ? columns.slice(-maxColumns) : columns.slice(0, maxColumns)).map((c) => c.key));
  const rows = ordered(totals(lines, down, value), down).map(({ key, sum }): PivotRow => {
    const cells = new Map<string, Cell>();
    let rest: Cell | undefined;
    for (const line of lines) {
      if ((line.group[down] ?? "") !== key) continue;
      const column = line.group[across] ?? "";
      const isUnpriced = line.unpriced_calls > 0;
      if (kept.has(column)) cells.set(column, { value: value(line), isUnpriced });
      else rest = { value: (rest?.value ?? 0) + value(line), isUnpriced: isUnpriced || rest?.isUnpriced === true };
    }
    return { key, cells, rest, sum };
  });
  const shown = columns.filter((c) => kept.has(c.key));
  const hidden = columns.filter((c) => !kept.has(c.key));
  return {
    rows,
    columns: shown,
    others: hidden.length,
    restSum: hidden.reduce((sum, c) => sum + c.sum, 0),
    sum: columns.reduce((sum, c) => sum + c.sum, 0),
  };
}

function totals(lines: readonly Line[], by: Grouping, value: (line: Line) => number): { key: string; sum: number }[] {
  const sums = new Map<string, number>();
  for (const line of lines) {
    const key = line.group[by] ?? "";
    sums.set(key, (sums.get(key) ?? 0) + value(line));
  }
  return [...sums].map(([key, sum]) => ({ key, sum }));
}

function ordered(all: { key: string; sum: number }[], by: Grouping): { key: string; sum: number }[] {
  return all.sort((a, b) => (isTime(by) ? 0 : b.sum - a.sum) || a.key.localeCompare(b.key));
}
