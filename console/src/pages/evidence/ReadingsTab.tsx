import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Notice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import type { Column } from "../../design/Table";
import { useTimes } from "../../design/zone";
import { useWorkspaces } from "../../shell/workspace";
import { AskedList } from "./AskedList";
import type { TabProps } from "./EvidencePage";
import classes from "./EvidencePage.module.css";
import { leftOf, type Reveal, scopeOf, standingOf } from "./evidence";
import { revealsQuery } from "./queries";
import { RevealDrawer } from "./RevealDrawer";
import { useNow } from "./useNow";

/** Who asked to read what was said, why, and who let them. */
export function ReadingsTab({ search, show }: TabProps) {
  const reveals = useQuery(revealsQuery);
  const workspaces = useWorkspaces();
  const { time, fullTime } = useTimes();
  const rows = reveals.data ?? [];
  const now = useNow(rows.some((r) => leftOf(r, new Date()) > 0));
  const nameOf = useMemo(() => new Map(workspaces.data?.map((w) => [w.id, w.name])), [workspaces.data]);
  const columns = useMemo(
    (): Column<Reveal>[] => [
      {
        id: "state",
        head: "Stands",
        width: 210,
        cell: (r) => (
          <span className={classes.name}>
            <StatusMark state={standingOf(r, now).state} />
            <span className="num cut">{standingOf(r, now).title}</span>
          </span>
        ),
      },
      { id: "who", head: "Who asks", width: 150, cell: (r) => <span className="cut">{r.asked_by_name}</span> },
      { id: "what", head: "To read", width: 220, spare: true, cell: (r) => <span className="cut">{scopeOf(r, time)}</span> },
      { id: "where", head: "Workspace", width: 140, spare: true, cell: (r) => nameOf.get(r.workspace_id) ?? r.workspace_id },
      { id: "why", head: "Why", cell: (r) => <span className="cut">{r.reason}</span> },
      {
        id: "at",
        head: "Asked",
        width: 120,
        right: true,
        cell: (r) => <span title={fullTime(r.asked_at)}>{time(r.asked_at)}</span>,
      },
    ],
    [now, nameOf, time, fullTime],
  );
  const open = rows.find((r) => r.id === search.open);
  return (
    <AskedList
      says="What was said is read by nobody's role alone: one asks on the page of a call, another lets them, for minutes."
      query={reveals}
      label="Readings"
      columns={columns}
      open={open}
      onOpen={(id) => show({ open: id })}
      none={
        <Notice state="idle" title="Nobody asked to read what was said">
          Open a call whose contents are kept, and ask there. Somebody else decides; both stand here for good.
        </Notice>
      }
    >
      {open !== undefined && (
        <RevealDrawer
          key={open.id}
          of={open}
          now={now}
          workspace={nameOf.get(open.workspace_id) ?? open.workspace_id}
          onClose={() => show({})}
        />
      )}
    </AskedList>
  );
}
