import { count, duration, fullTime, money, time, type Zone } from "../../design/format";
import { StatusMark } from "../../design/Status";
import type { Column } from "../../design/Table";
import classes from "./CallsPage.module.css";
import { type CallRow, isHit, outcomeOf, words } from "./calls";

/** Names of what a record has by id alone. */
export type Names = {
  key: (id: string | null) => string | undefined;
  person: (id: string | null) => string | undefined;
  caseOf: (id: string | null) => string | undefined;
  connection: (id: string | null) => string | undefined;
};

/** All columns there are, in their order; `usual` are shown where none are chosen. */
export function columnsAt(now: Date, zone: Zone, names: Names): (Column<CallRow> & { usual?: boolean })[] {
  return [
    {
      id: "time",
      head: "Time",
      width: 104,
      usual: true,
      cell: (c) => (
        <span className={classes.when}>
          <StatusMark state={outcomeOf(c).state} label={outcomeOf(c).title} />
          <span className="num" title={fullTime(new Date(c.started_at_us / 1000), zone)}>
            {time(new Date(c.started_at_us / 1000), now, zone)}
          </span>
        </span>
      ),
    },
    {
      id: "route",
      head: "Route",
      usual: true,
      cell: (c) => (
        <span className={classes.route}>
          <span className="mono cut">{c.route ?? c.requested_model ?? "–"}</span>
          {c.tries > 1 && c.outcome === "completed" && <StatusMark state="fork" label="Fell back" />}
          {isHit(c) && <span className={classes.chip}>cache</span>}
        </span>
      ),
    },
    {
      id: "caller",
      head: "Caller",
      usual: true,
      cell: (c) => {
        const { reason, state } = outcomeOf(c);
        return reason === undefined ? <Caller call={c} names={names} /> : <span className={classes[state]}>{reason}</span>;
      },
    },
    { id: "use_case", head: "Use case", cell: (c) => names.caseOf(c.use_case_id) ?? "–" },
    { id: "operation", head: "Operation", width: 110, cell: (c) => words(c.operation) },
    {
      id: "model",
      head: "Served by",
      usual: true,
      spare: true,
      cell: (c) => <span className="mono">{c.served_model ?? "–"}</span>,
    },
    {
      id: "provider",
      head: "Provider",
      width: 120,
      usual: true,
      spare: true,
      cell: (c) => <span className="muted">{c.provider ?? "–"}</span>,
    },
    {
      id: "connection",
      head: "Connection",
      width: 140,
      spare: true,
      cell: (c) => <span className="mono">{names.connection(c.connection_id) ?? "–"}</span>,
    },
    {
      id: "tokens",
      head: "Tokens in / out",
      width: 106,
      right: true,
      usual: true,
      cell: (c) => (
        <>
          {count(c.input)} <span className="faint">/</span>{" "}
          {c.outcome === "refused" ? "–" : `${c.isEstimate ? "~" : ""}${count(c.output)}`}
        </>
      ),
    },
    {
      id: "first",
      head: "First output",
      width: 92,
      right: true,
      usual: true,
      spare: true,
      cell: (c) => duration(c.first_output_us || null),
    },
    { id: "duration", head: "Duration", width: 78, right: true, usual: true, cell: (c) => duration(c.duration_us) },
    { id: "overhead", head: "Portico itself", width: 96, right: true, spare: true, cell: (c) => duration(c.overhead_us) },
    {
      id: "cost",
      head: "Cost $",
      width: 70,
      right: true,
      usual: true,
      cell: (c) =>
        c.unpriced ? <span className="muted">unpriced</span> : c.outcome === "refused" ? "–" : money(c.cost_nano_usd, 4).slice(1),
    },
  ];
}

function Caller({ call, names }: { call: CallRow; names: Names }) {
  const person = names.person(call.person_id);
  if (person !== undefined) return person;
  return <span className="mono muted">{names.key(call.key_id) ?? "–"}</span>;
}

/** Those that an address asks for, in the order of the page; a name that is none is left out. */
export function chosenColumns<C extends { id: string; usual?: boolean }>(all: readonly C[], text: string | undefined): C[] {
  const wanted = text?.split(",");
  const chosen = all.filter((c) => (wanted === undefined ? c.usual : wanted.includes(c.id)));
  return chosen.length === 0 ? all.filter((c) => c.usual) : chosen;
}

/** The text of an address after a column was shown or hidden; undefined where it is the usual ones again. */
export function toggled<C extends { id: string; usual?: boolean }>(
  all: readonly C[],
  text: string | undefined,
  id: string,
): string | undefined {
  const before = new Set(chosenColumns(all, text).map((c) => c.id));
  if (!before.delete(id)) before.add(id);
  const after = all.filter((c) => before.has(c.id));
  const isUsual = all.every((c) => before.has(c.id) === (c.usual === true));
  return isUsual || after.length === 0 ? undefined : after.map((c) => c.id).join(",");
}
