import { bytes, count, fullTime, time, type Zone } from "../../design/format";
import { PlainTable } from "../../design/PlainTable";
import { StatusMark } from "../../design/Status";
import type { Report } from "./health";

type Round = Report["rounds"][number];
type Queue = Report["queues"][number];
type Counter = Report["counters"][number];

export function Rounds({ rounds, now, zone }: { rounds: readonly Round[]; now: Date; zone: Zone }) {
  const at = (value: string | null | undefined) =>
    value == null ? "–" : <span title={fullTime(value, zone)}>{time(value, now, zone)}</span>;
  return (
    <PlainTable
      label="Rounds"
      rows={rounds}
      idOf={(r) => r.name}
      columns={[
        { id: "name", head: "Round", cell: (r) => r.name },
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
        { id: "swept", head: "Last here", width: 130, right: true, cell: (r) => at(r.swept_at) },
        { id: "until", head: "Held until", width: 130, right: true, cell: (r) => at(r.held_until) },
        {
          id: "state",
          head: "State",
          width: 110,
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

export function Queues({ queues }: { queues: readonly Queue[] }) {
  return (
    <PlainTable
      label="Queues"
      rows={queues}
      idOf={(q) => q.name}
      columns={[
        { id: "name", head: "Queue", cell: (q) => q.name },
        { id: "waiting", head: "Waiting", width: 110, right: true, cell: (q) => count(q.waiting) },
        { id: "bytes", head: "Bytes", width: 130, right: true, cell: (q) => bytes(q.waiting_bytes) },
        { id: "max", head: "May wait", width: 130, right: true, cell: (q) => bytes(q.max_bytes) },
        {
          id: "lost",
          head: "Lost since start",
          width: 130,
          right: true,
          cell: (q) => (q.lost === 0 ? "0" : <b className="strong">{count(q.lost)}</b>),
        },
      ]}
    />
  );
}

export function Counters({ counters }: { counters: readonly Counter[] }) {
  return (
    <PlainTable
      label="Counters"
      rows={counters}
      idOf={(c) => c.name}
      columns={[
        { id: "says", head: "What", cell: (c) => <span title={c.says}>{c.says}</span> },
        { id: "name", head: "Name in /metrics", width: 280, cell: (c) => <span className="mono muted">{c.name}</span> },
        { id: "value", head: "Value", width: 110, right: true, cell: (c) => count(c.value) },
      ]}
    />
  );
}
