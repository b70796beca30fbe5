import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, get, type Schemas } from "../../api/client";
import { everything, peopleQuery, workspacesQuery } from "../../api/lists";
import { AskedTable } from "../../design/AskedTable";
import { Drawer } from "../../design/Drawer";
import { count, percent, time, type Zone } from "../../design/format";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { PlainTable } from "../../design/PlainTable";
import { StatusMark } from "../../design/Status";
import type { Column } from "../../design/Table";
import { useZone } from "../../design/zone";
import { useWorkspace } from "../../shell/workspace";
import page from "../settings/SettingsPage.module.css";
import classes from "./Learning.module.css";
import { completionQuery } from "./queries";

type Row = Schemas["CompletionRow"];
type Asked = Schemas["AskedPerson"];

const idOf = (row: Row) => `${row.course_id}/${row.workspace_id ?? ""}`;

/** How far everybody is: a line a course for all, then for each workspace. */
export function CompletionTab() {
  const completion = useQuery(completionQuery);
  const workspaces = useQuery(workspacesQuery);
  const chosen = useWorkspace();
  const [openId, setOpen] = useState<string>();
  const rows = useMemo(
    () => (completion.data ?? []).filter((r) => chosen === undefined || r.workspace_id === chosen),
    [completion.data, chosen],
  );
  const columns = useMemo((): Column<Row>[] => {
    const nameOf = (id: string | null) =>
      id === null ? "Everybody asked" : (workspaces.data?.find((w) => w.id === id)?.name ?? id);
    return [
      {
        id: "course",
        head: "Course",
        cell: (r) => (
          <span className={classes.name}>
            <StatusMark state={r.done === r.people ? "good" : r.overdue > 0 ? "failed" : "partial"} />
            <span className="cut">{r.title}</span>
          </span>
        ),
      },
      {
        id: "team",
        head: "Workspace",
        cell: (r) => <span className={r.workspace_id === null ? "muted" : ""}>{nameOf(r.workspace_id)}</span>,
      },
      { id: "people", head: "Asked", width: 90, right: true, cell: (r) => count(r.people) },
      { id: "done", head: "Done", width: 90, right: true, cell: (r) => count(r.done) },
      { id: "share", head: "Share", width: 90, right: true, cell: (r) => (r.people === 0 ? "–" : percent(r.done / r.people, 0)) },
      { id: "overdue", head: "Overdue", width: 90, right: true, cell: (r) => (r.overdue === 0 ? "–" : count(r.overdue)) },
    ];
  }, [workspaces.data]);
  const open = rows.find((r) => idOf(r) === openId);
  return (
    <div className={page.page}>
      <div className={page.list}>
        <AskedTable
          query={completion}
          loading={6}
          label="Completion"
          columns={columns}
          rows={rows}
          idOf={idOf}
          openId={open === undefined ? undefined : openId}
          onOpen={setOpen}
          isNarrow={open !== undefined}
        >
          <Notice state="idle" title="Nothing is assigned">
            Who is asked to take a course is counted here, by workspace.{" "}
            <Link to="/learning" search={{ tab: "assignments" }}>
              Assign a course
            </Link>
          </Notice>
        </AskedTable>
      </div>
      {open !== undefined && <PeopleDrawer key={openId} of={open} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

function peopleColumns(names: ReadonlyMap<string, string>, now: Date, zone: Zone): Column<Asked>[] {
  return [
    { id: "who", head: "Who", cell: (p) => names.get(p.person_id) ?? p.person_id },
    {
      id: "state",
      head: "State",
      width: 120,
      cell: (p) => (
        <span className={classes.name}>
          <StatusMark state={p.done ? "good" : p.overdue ? "failed" : "idle"} />
          {p.done ? "Done" : p.overdue ? "Overdue" : "To do"}
        </span>
      ),
    },
    {
      id: "when",
      head: "When",
      width: 150,
      right: true,
      cell: (p) =>
        p.done && p.certificate_until !== null
          ? `until ${time(p.certificate_until, now, zone)}`
          : p.due_at === null
            ? "no date"
            : `due ${time(p.due_at, now, zone)}`,
    },
  ];
}

function PeopleDrawer({ of: row, onClose }: { of: Row; onClose: () => void }) {
  const [zone] = useZone();
  const people = useQuery(peopleQuery);
  const asked = useQuery({
    queryKey: ["assignments", "people", row.course_id, row.workspace_id],
    queryFn: ({ signal }) =>
      everything((at) =>
        get(
          api.GET("/api/assignments/people", {
            params: {
              query: {
                course_id: row.course_id,
                ...(row.workspace_id === null ? {} : { workspace_id: row.workspace_id }),
                limit: 1000,
                ...at,
              },
            },
            signal,
          }),
        ),
      ),
  });
  const names = useMemo(() => new Map((people.data ?? []).map((p) => [p.id, p.name])), [people.data]);
  // Who is late comes first.
  const rows = [...(asked.data ?? [])].sort((a, b) => Number(b.overdue) - Number(a.overdue) || Number(a.done) - Number(b.done));
  return (
    <Drawer
      state={row.overdue > 0 ? "failed" : row.done === row.people ? "good" : "partial"}
      title={row.title}
      note={`${count(row.done)} of ${count(row.people)} have passed`}
      onClose={onClose}
    >
      <ProblemNotice problem={asked.error} />
      {asked.isPending ? (
        <LoadingRows columns={3} />
      ) : (
        <PlainTable label="People" columns={peopleColumns(names, new Date(), zone)} rows={rows} idOf={(p) => p.person_id} />
      )}
    </Drawer>
  );
}
