import { useState } from "react";
import { CopyButton } from "../../design/CopyButton";
import { DayBars } from "../../design/DayBars";
import { FilterBar } from "../../design/FilterBar";
import { duration, money } from "../../design/format";
import { SearchBox } from "../../design/SearchBox";
import { type State, StatusMark } from "../../design/Status";
import { sortedRows } from "../../design/sort";
import { type Column, Table } from "../../design/Table";
import classes from "./DesignPage.module.css";

type Row = { id: string; state: State; route: string; us: number; nano: number | null; days: number[] };

const rows: Row[] = [
  { id: "1", state: "answered", route: "contract-review", us: 4_840_000, nano: 12_345_600, days: [3, 5, 4, 0, 0, 7, 9] },
  { id: "2", state: "refused", route: "claims-triage", us: 1_200, nano: null, days: [0, 0, 0, 0, 0, 0, 2] },
  { id: "3", state: "answered", route: "crm-chat", us: 612_000, nano: 934_100, days: [40, 42, 39, 12, 8, 44, 47] },
  { id: "4", state: "failed", route: "support-answer", us: 30_020_000, nano: 0, days: [1, 1, 0, 0, 1, 0, 1] },
];

const columns: Column<Row>[] = [
  { id: "state", head: "State", width: 70, cell: (r) => <StatusMark state={r.state} label={r.state} /> },
  { id: "route", head: "Route", sort: (r) => r.route, cell: (r) => <span className="mono">{r.route}</span> },
  { id: "days", head: "7 days", width: 80, cell: (r) => <DayBars values={r.days} label={`${r.days.at(-1)} calls today`} /> },
  { id: "time", head: "Duration", width: 110, right: true, sort: (r) => r.us, cell: (r) => duration(r.us) },
  {
    id: "cost",
    head: "Cost $",
    width: 110,
    right: true,
    sort: (r) => r.nano,
    cell: (r) => (r.nano === null ? <span className="muted">unpriced</span> : money(r.nano, 4).slice(1)),
  },
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
  const [text, setText] = useState("");
  const [sort, setSort] = useState<string | undefined>("-cost");
  const found = sortedRows(
    rows.filter((r) => r.route.includes(text)),
    columns,
    sort,
  );
  return (
    <div className={classes.stack}>
      <FilterBar dimensions={dimensions} values={values} onChange={(id, value) => setValues((old) => ({ ...old, [id]: value }))}>
        <SearchBox label="Search routes" value={text} onChange={setText} />
        <CopyButton small text={() => JSON.stringify(found)}>
          Copy JSON
        </CopyButton>
      </FilterBar>
      <div className={classes.table}>
        <Table
          label="Calls, as an example"
          columns={columns}
          rows={found}
          idOf={(r) => r.id}
          openId={open}
          onOpen={setOpen}
          sorting={{ by: sort, onSort: setSort }}
        />
      </div>
    </div>
  );
}
