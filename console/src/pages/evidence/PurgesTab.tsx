import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { count } from "../../design/format";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { type Column, Table } from "../../design/Table";
import { useTimes } from "../../design/zone";
import classes from "./EvidencePage.module.css";
import type { Purge } from "./evidence";
import { purgesQuery } from "./queries";

const idOf = (p: Purge) => p.id;

/** What retention removed, and the proof that it is gone. */
export function PurgesTab() {
  const purges = useQuery(purgesQuery);
  const { time, fullTime } = useTimes();
  const columns = useMemo(
    (): Column<Purge>[] => [
      {
        id: "class",
        head: "Removed",
        width: 180,
        cell: (p) => (
          <span className={classes.name}>
            <StatusMark
              state={p.left_behind === 0 ? "good" : "failed"}
              label={p.left_behind === 0 ? "Nothing was found afterwards" : "Some was found afterwards"}
            />
            <span>{p.class}</span>
          </span>
        ),
      },
      { id: "removed", head: "How many", width: 110, right: true, cell: (p) => count(p.removed) },
      { id: "held", head: "Held", width: 90, right: true, cell: (p) => count(p.held) },
      { id: "left", head: "Found afterwards", width: 150, right: true, cell: (p) => count(p.left_behind) },
      {
        id: "before",
        head: "Older than",
        width: 130,
        right: true,
        cell: (p) => <span title={fullTime(p.before)}>{time(p.before)}</span>,
      },
      {
        id: "hash",
        head: "SHA-256 of their ids",
        spare: true,
        cell: (p) => <span className="mono muted cut" title={p.hash}>{`${p.hash.slice(0, 16)}…`}</span>,
      },
      { id: "at", head: "When", width: 120, right: true, cell: (p) => <span title={fullTime(p.at)}>{time(p.at)}</span> },
    ],
    [time, fullTime],
  );
  return (
    <div className={classes.page}>
      <div className={classes.list}>
        <div className={classes.bar}>
          <p className="muted cut">
            Each round of retention counts what went, looks again, and writes both into the audit log with a hash over the ids.
          </p>
        </div>
        <Table label="Purges" columns={columns} rows={purges.data ?? []} idOf={idOf} openId={undefined} onOpen={() => {}}>
          {purges.isPending ? (
            <LoadingRows columns={7} />
          ) : purges.error !== null ? (
            <ProblemNotice problem={purges.error} />
          ) : (
            <Notice state="idle" title="Nothing was past its time yet">
              Rounds are made hourly. One that removes nothing writes nothing.
            </Notice>
          )}
        </Table>
      </div>
    </div>
  );
}
