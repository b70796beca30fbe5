import { useMemo } from "react";
import { Table } from "../../design/Table";
import { useZone } from "../../design/zone";
import { listColumns, pivotColumns } from "./columns";
import { pivotOf } from "./pivot";
import { type Answer, type Grouping, type Line, type Measure, sorted } from "./usage";

type Open = (group: Readonly<Record<string, string>>) => void;

/** A line a group, with the sums below. */
export function ListTable({ answer: { asked, report }, isNarrow, onOpen }: { answer: Answer; isNarrow: boolean; onOpen: Open }) {
  const [zone] = useZone();
  const rows = useMemo(() => sorted(report.lines, asked.by), [report, asked.by]);
  const columns = useMemo(() => listColumns(report, asked, zone), [report, asked, zone]);
  const idOf = (line: Line) => asked.by.map((g) => line.group[g] ?? "").join("\n");
  return (
    <Table
      label="Usage"
      columns={columns}
      rows={rows}
      idOf={idOf}
      onOpen={(id) => onOpen(Object.fromEntries(id.split("\n").map((value, i) => [asked.by[i] ?? "", value])))}
      isNarrow={isNarrow}
    />
  );
}

/** The first dimension down, the second across. */
export function PivotTable({
  answer: { asked, report },
  across,
  measure,
  onOpen,
}: {
  answer: Answer;
  across: Grouping;
  measure: Measure;
  onOpen: Open;
}) {
  const [zone] = useZone();
  const down = asked.by[0] as Grouping;
  const pivot = useMemo(() => pivotOf(report.lines, down, across, measure), [report, down, across, measure]);
  const columns = useMemo(
    () => pivotColumns(pivot, down, across, measure, report, asked, zone),
    [pivot, down, across, measure, report, asked, zone],
  );
  return (
    <Table
      label="Usage, crossed"
      columns={columns}
      rows={pivot.rows}
      idOf={(r) => r.key}
      onOpen={(key) => onOpen({ [down]: key })}
    />
  );
}
