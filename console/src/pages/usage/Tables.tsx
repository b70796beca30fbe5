import { useMemo } from "react";
import type { Sorting } from "../../design/SortHead";
import { sortedRows } from "../../design/sort";
import { Table } from "../../design/Table";
import { useZone } from "../../design/zone";
import { listColumns, pivotColumns } from "./columns";
import { pivotOf } from "./pivot";
import { type Answer, type Grouping, type Line, type Measure, sorted } from "./usage";

type Open = (group: Readonly<Record<string, string>>) => void;

/** A line a group, with the sums below. */
export function ListTable({
  answer: { asked, report },
  isNarrow,
  sorting,
  onOpen,
}: {
  answer: Answer;
  isNarrow: boolean;
  sorting: Sorting;
  onOpen: Open;
}) {
  const [zone] = useZone();
  const columns = useMemo(() => listColumns(report, asked, zone), [report, asked, zone]);
  const rows = useMemo(
    () => sortedRows(sorted(report.lines, asked.by), columns, sorting.by),
    [report, asked.by, columns, sorting.by],
  );
  const idOf = (line: Line) => asked.by.map((g) => line.group[g] ?? "").join("\n");
  return (
    <Table
      label="Usage"
      columns={columns}
      rows={rows}
      idOf={idOf}
      onOpen={(id) => onOpen(Object.fromEntries(id.split("\n").map((value, i) => [asked.by[i] ?? "", value])))}
      isNarrow={isNarrow}
      sorting={sorting}
    />
  );
}

/** The first dimension down, the second across. */
export function PivotTable({
  answer: { asked, report },
  across,
  measure,
  sorting,
  onOpen,
}: {
  answer: Answer;
  across: Grouping;
  measure: Measure;
  sorting: Sorting;
  onOpen: Open;
}) {
  const [zone] = useZone();
  const down = asked.by[0] as Grouping;
  const pivot = useMemo(() => pivotOf(report.lines, down, across, measure), [report, down, across, measure]);
  const columns = useMemo(
    () => pivotColumns(pivot, down, across, measure, report, asked, zone),
    [pivot, down, across, measure, report, asked, zone],
  );
  const rows = useMemo(() => sortedRows(pivot.rows, columns, sorting.by), [pivot, columns, sorting.by]);
  return (
    <Table
      label="Usage, crossed"
      columns={columns}
      rows={rows}
      sorting={sorting}
      idOf={(r) => r.key}
      onOpen={(key) => onOpen({ [down]: key })}
    />
  );
}
