import { fullTime, shortId, time, type Zone } from "../../design/format";
import { StatusMark } from "../../design/Status";
import type { Column } from "../../design/Table";
import classes from "./AuditPage.module.css";
import { type Act, actionName, endingOf, thingOf } from "./acts";
import type { Actors } from "./useActors";

export function columnsAt(now: Date, zone: Zone, actors: Actors): readonly Column<Act>[] {
  return [
    {
      id: "time",
      head: "Time",
      width: 124,
      cell: (a) => (
        <span className={classes.when}>
          <StatusMark state={endingOf(a).state} label={endingOf(a).title} />
          <span className="num" title={fullTime(a.at, zone)}>
            {time(a.at, now, zone)}
          </span>
        </span>
      ),
    },
    { id: "who", head: "Who", width: 150, cell: (a) => <Who id={a.actor} actors={actors} /> },
    { id: "what", head: "What", cell: (a) => <span title={a.action}>{actionName(a.action)}</span> },
    {
      id: "thing",
      head: "Which",
      width: 210,
      spare: true,
      cell: (a) => {
        const thing = thingOf(a.resource);
        return (
          <span className="mono muted" title={a.resource}>
            {thing === undefined ? "–" : shortId(thing.id)}
          </span>
        );
      },
    },
    {
      id: "action",
      head: "Method and address",
      width: 300,
      spare: true,
      cell: (a) => (
        <span className="mono muted" title={a.action}>
          {a.action}
        </span>
      ),
    },
    {
      id: "end",
      head: "How it ended",
      width: 130,
      cell: (a) => {
        const { state, title } = endingOf(a);
        return (
          <span className={classes[state]} title={a.status === null ? undefined : String(a.status)}>
            {title}
          </span>
        );
      },
    },
  ];
}

/** By name where one may know it, else by id. */
export function Who({ id, actors }: { id: string | null; actors: Actors }) {
  if (id === null) return <span className="muted">a stranger</span>;
  const name = actors.name(id);
  return name === undefined ? (
    <span className="mono" title={id}>
      {shortId(id)}
    </span>
  ) : (
    <span title={id}>{name}</span>
  );
}
