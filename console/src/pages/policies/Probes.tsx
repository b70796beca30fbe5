import { PlainTable } from "../../design/PlainTable";
import { type ModelSet, percent } from "./sets";

/** How a set did on simple texts when it came. */
export function Probes({ of: set }: { of: ModelSet }) {
  return (
    <PlainTable
      label="Simple texts"
      columns={[
        { id: "family", head: "On simple texts", cell: (p) => p.family },
        { id: "found", head: "Found", width: 160, cell: (p) => <span className="num">{percent(p.found, p.positives)}</span> },
        { id: "alarms", head: "Wrong", width: 160, cell: (p) => <span className="num">{percent(p.alarms, p.negatives)}</span> },
      ]}
      rows={set.probes}
      idOf={(p) => p.family}
    />
  );
}
