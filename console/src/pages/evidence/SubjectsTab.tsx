import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { peopleQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Notice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import type { Column } from "../../design/Table";
import { useTimes } from "../../design/zone";
import { AskedList } from "./AskedList";
import type { TabProps } from "./EvidencePage";
import classes from "./EvidencePage.module.css";
import { requestOf, type SubjectRequest } from "./evidence";
import { NewSubject } from "./NewSubject";
import { subjectsQuery } from "./queries";
import { SubjectDrawer } from "./SubjectDrawer";

/** Who asked for everything about a person, or for its erasure. */
export function SubjectsTab({ search, show }: TabProps) {
  const may = useMay();
  const requests = useQuery(subjectsQuery);
  const people = useQuery({ ...peopleQuery, enabled: may("organisation.read") });
  const { time, fullTime } = useTimes();
  const nameOf = useMemo(() => new Map(people.data?.map((p) => [p.id, p.name])), [people.data]);
  const columns = useMemo((): Column<SubjectRequest>[] => {
    const now = new Date();
    return [
      {
        id: "state",
        head: "Stands",
        width: 250,
        cell: (r) => (
          <span className={classes.name}>
            <StatusMark state={requestOf(r, now).state} />
            <span className="num cut">{requestOf(r, now).title}</span>
          </span>
        ),
      },
      {
        id: "who",
        head: "Person",
        width: 170,
        cell: (r) => <span className="cut">{nameOf.get(r.person_id) ?? r.person_id}</span>,
      },
      { id: "kind", head: "What", width: 110, cell: (r) => (r.kind === "access" ? "Package" : "Erasure") },
      { id: "why", head: "Why", cell: (r) => <span className="cut">{r.reason}</span> },
      { id: "by", head: "Asked by", width: 150, spare: true, cell: (r) => <span className="cut">{r.asked_by_name}</span> },
      {
        id: "at",
        head: "Asked",
        width: 120,
        spare: true,
        right: true,
        cell: (r) => <span title={fullTime(r.asked_at)}>{time(r.asked_at)}</span>,
      },
    ];
  }, [nameOf, time, fullTime]);
  const open = requests.data?.find((r) => r.id === search.open);
  return (
    <AskedList
      says="Everything about a person, as a package or gone for good. One asks, another decides; a legal hold comes before either."
      action={
        may("subjects.ask") && (
          <Button kind="main" icon="plus" onClick={() => show({ open: search.open, new: "1" })}>
            New request
          </Button>
        )
      }
      query={requests}
      label="Requests about people"
      columns={columns}
      open={open}
      onOpen={(id) => show({ open: id })}
      none={
        <Notice state="idle" title="Nobody asked about themselves yet">
          When somebody wants to know what is kept about them, or wants it gone, the answer begins here. It has the whole of it in
          one package, or a report that proves that nothing is left.
        </Notice>
      }
    >
      {open !== undefined && (
        <SubjectDrawer key={open.id} of={open} person={nameOf.get(open.person_id) ?? open.person_id} onClose={() => show({})} />
      )}
      {search.new !== undefined && may("subjects.ask") && (
        <NewSubject onClose={(made) => show(made === undefined ? { open: search.open } : { open: made })} />
      )}
    </AskedList>
  );
}
