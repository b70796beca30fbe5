import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "../../api/client";
import { Copy } from "../../design/Copy";
import { count } from "../../design/format";
import { StatusMark } from "../../design/Status";
import { useTimes } from "../../design/zone";
import classes from "./AuditPage.module.css";
import { logsQuery } from "./queries";

/** As many stand there without being asked for: nodes that are no more have logs too. */
const shown = 2;

/** How far each log is, a line each: what is signed, and what of it went outside. */
export function Logs() {
  const logs = useQuery(logsQuery);
  const [isOpen, setOpen] = useState(false);
  if (logs.data === undefined)
    return logs.error === null ? (
      <div className={classes.logs}>&nbsp;</div>
    ) : (
      <p className={classes.logs}>{logs.error.message}</p>
    );
  const newest = logs.data.toSorted((a, b) => b.at.localeCompare(a.at));
  const rest = newest.length - shown;
  return (
    <ul className={classes.logs} aria-label="Audit logs">
      {(isOpen ? newest : newest.slice(0, shown)).map((log) => (
        <Log key={log.id} log={log} />
      ))}
      {rest > 0 && (
        <li>
          <button type="button" className={classes.more} onClick={() => setOpen(!isOpen)}>
            {isOpen ? "Show fewer logs" : `Show ${count(rest)} more ${rest === 1 ? "log" : "logs"}`}
          </button>
        </li>
      )}
    </ul>
  );
}

function Log({ log }: { log: Schemas["LogView"] }) {
  const { time, fullTime } = useTimes();
  return (
    <li>
      <Copy text={log.id} label="id of the log" />
      <span className="num">
        <b>{count(log.size)}</b> {log.size === 1 ? "entry" : "entries"}
      </span>
      {log.checkpoint === null ? (
        <span>nothing signed yet</span>
      ) : (
        <span className={classes.mark} title={fullTime(log.at)}>
          <StatusMark state="good" size={13} /> signed at {time(log.at)}
        </span>
      )}
      {log.anchored_size === 0 ? (
        <span className={classes.mark}>
          <StatusMark state="idle" size={13} />
          <span>
            not anchored outside: set <span className="mono">Audit:AnchorFile</span> or{" "}
            <span className="mono">Audit:AnchorUrl</span>
          </span>
        </span>
      ) : (
        <span className={`${classes.mark} num`}>
          <StatusMark state={log.anchored_size === log.size ? "good" : "partial"} size={13} /> anchored outside up to{" "}
          {count(log.anchored_size)}
        </span>
      )}
    </li>
  );
}
