import { useState } from "react";
import { FilterBar } from "../../design/FilterBar";
import { duration, money } from "../../design/format";
import { type State, StatusMark } from "../../design/Status";
import { type Column, Table } from "../../design/Table";
import classes from "./DesignPage.module.css";

type Row = { id: string; state: State; route: string; us: number; nano: number };

const rows: Row[] = [
  { id: "1", state: "answered", route: "contract-review", us: 4_840_000, nano: 12_345_600 },
  { id: "2", state: "refused", route: "claims-triage", us: 1_200, nano: 0 },
  { id: "3", state: "answered", route: "crm-chat", us: 612_000, nano: 934_100 },
  { id: "4", state: "failed", route: "support-answer", us: 30_020_000, nano: 0 },
];

const columns: Column<Row>[] = [
  { id: "state", head: "State", width: 70, cell: (r) => <StatusMark state={r.state} label={r.state} /> },
  { id: "route", head: "Route", cell: (r) => <span className="mono">{r.route}</span> },
  { id: "time", head: "Duration", width: 110, right: true, cell: (r) => duration(r.us) },
  { id: "cost", head: "Cost $", width: 110, right: true, cell: (r) => money(r.nano, 4).slice(1) },
];

const dimensions = [
  { id: "workspace", name: "Workspace", options: ["Claims", "Legal", "Sales"].map((v) => ({ value: v, label: v })) },
  {
    id: "outcome",
    name: "Outcome",
    options: ["completed", "refused", "failed", "abandoned"].map((v) => ({ value: v, label: v })),
  },
  { id: "model", name: "Model", options: [], isFree: true },
];

export function Lists() {
  const [values, setValues] = useState<Record<string, string | undefined>>({ workspace: "Claims" });
  const [open, setOpen] = useState<string>();
  return (
    <div className={classes.stack}>
      <FilterBar
        dimensions={dimensions}
        values={values}
        onChange={(id, value) => setValues((old) => ({ ...old, [id]: value }))}
      />
      <div className={classes.table}>
        <Table label="Calls, as an example" columns={columns} rows={rows} idOf={(r) => r.id} openId={open} onOpen={setOpen} />
      </div>
    </div>
  );
}
