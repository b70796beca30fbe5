import { bytes, count, fullTime, time, type Zone } from "../../design/format";
import { PlainTable } from "../../design/PlainTable";
import type { Sorting } from "../../design/SortHead";
import { StatusMark } from "../../design/Status";
import { momentOf } from "../../design/sort";
import type { Report } from "./health";

type Round = Report["rounds"][number];
type Queue = Report["queues"][number];
type Counter = Report["counters"][number];

export function Rounds({ rounds, now, zone, sorting }: { rounds: readonly Round[]; now: Date; zone: Zone; sorting: Sorting }) {
  const at = (value: string | null | undefined) =>
    value == null ? "–" : <span title={fullTime(value, zone)}>{time(value, now, zone)}</span>;
  return (
    <PlainTable
      label="Rounds"
      rows={rounds}
      idOf={(r) => r.name}
      sorting={sorting}
      columns={[
        { id: "name", head: "Round", sort: (r) => r.name, cell: (r) => r.name },
        {
          id: "holder",
          head: "Done by",
          cell: (r) =>
            r.holder == null ? (
              <span className="muted">nobody yet</span>
            ) : r.here ? (
              "this node"
            ) : (
              <span className="mono">{r.holder}</span>
            ),
        },
        {
          id: "swept",
          head: "Last here",
          width: 130,
          right: true,
          sort: (r) => momentOf(r.swept_at),
          cell: (r) => at(r.swept_at),
        },
        {
          id: "until",
          head: "Held until",
          width: 130,
          right: true,
          sort: (r) => momentOf(r.held_until),
          sortsUp: true,
          cell: (r) => at(r.held_until),
        },
        {
          id: "state",
          head: "State",
          width: 110,
          sort: (r) => (r.failure == null ? "well" : "failed"),
          cell: (r) =>
            r.failure == null ? (
              "well"
            ) : (
              <span title={r.failure}>
                <StatusMark state="risk" label="Failed" /> failed
              </span>
            ),
        },
      ]}
    />
  );
}

export function Queues({ queues, sorting }: { queues: readonly Queue[]; sorting: Sorting }) {
  return (
    <PlainTable
      label="Queues"
      rows={queues}
      idOf={(q) => q.name}
      sorting={sorting}
      columns={[
        { id: "name", head: "Queue", sort: (q) => q.name, cell: (q) => q.name },
        { id: "waiting", head: "Waiting", width: 110, right: true, sort: (q) => q.waiting, cell: (q) => count(q.waiting) },
        {
          id: "bytes",
          head: "Bytes",
          width: 130,
          right: true,
          sort: (q) => q.waiting_bytes,
          cell: (q) => bytes(q.waiting_bytes),
        },
        { id: "max", head: "May wait", width: 130, right: true, sort: (q) => q.max_bytes, cell: (q) => bytes(q.max_bytes) },
        {
          id: "lost",
          head: "Lost since start",
          width: 130,
          right: true,
          sort: (q) => q.lost,
          cell: (q) => (q.lost === 0 ? "0" : <b className="strong">{count(q.lost)}</b>),
        },
      ]}
    />
  );
}

export function Counters({ counters, sorting }: { counters: readonly Counter[]; sorting: Sorting }) {
  return (
    <PlainTable
      label="Counters"
      rows={counters}
      idOf={(c) => c.name}
      sorting={sorting}
      columns={[
        { id: "says", head: "What", sort: (c) => c.says, cell: (c) => <span title={c.says}>{c.says}</span> },
        {
          id: "name",
          head: "Name in /metrics",
          width: 280,
          sort: (c) => c.name,
          cell: (c) => <span className="mono muted">{c.name}</span>,
        },
        { id: "value", head: "Value", width: 110, right: true, sort: (c) => c.value, cell: (c) => count(c.value) },
      ]}
    />
  );
}
