import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api, get, tagOf } from "../../api/client";
import { peopleQuery, rolesQuery, workspacesQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { Confirm, Dialog } from "../../design/Dialog";
import { Field } from "../../design/Field";
import { time } from "../../design/format";
import { LoadingRows } from "../../design/LoadingRows";
import { fieldError, Notice, ProblemNotice } from "../../design/Notice";
import { PlainTable } from "../../design/PlainTable";
import type { Column } from "../../design/Table";
import { useZone } from "../../design/zone";
import classes from "./Learning.module.css";
import type { TabProps } from "./LearningPage";
import { type Assignment, endOfDay } from "./learning";
import { assignmentsQuery, coursesQuery } from "./queries";

/** Who is asked to take which course, until when. */
export function AssignmentsTab({ search, show }: TabProps) {
  const may = useMay();
  const [zone] = useZone();
  const assignments = useQuery(assignmentsQuery);
  const courses = useQuery(coursesQuery);
  const whom = useWhom();
  const [removes, setRemoves] = useState<Assignment>();
  const columns = useMemo(
    (): Column<Assignment>[] => [
      { id: "course", head: "Course", cell: (a) => courses.data?.find((c) => c.id === a.course_id)?.title ?? a.course_id },
      { id: "whom", head: "Asked", cell: whom },
      {
        id: "due",
        head: "Until",
        width: 150,
        right: true,
        cell: (a) => (a.due_at === null ? <span className="muted">no date</span> : time(a.due_at, new Date(), zone)),
      },
      {
        id: "acts",
        head: "",
        width: 110,
        right: true,
        cell: (a) =>
          may("learning.write") && (
            <Button small kind="quiet" onClick={() => setRemoves(a)} aria-label={`Remove: ${a.course_id}, ${whom(a)}`}>
              Remove
            </Button>
          ),
      },
    ],
    [courses.data, whom, zone, may],
  );
  return (
    <div className={classes.sheet}>
      <div className={classes.bar}>
        <p className="muted">
          What is assigned stands in each person’s learning, with its date. A passed certificate counts, whenever it was issued.
        </p>
        {may("learning.write") && (
          <Button kind="main" icon="plus" onClick={() => show({ new: "1" })}>
            Assign a course
          </Button>
        )}
      </div>
      <ProblemNotice problem={assignments.error} />
      {assignments.isPending ? (
        <LoadingRows columns={4} />
      ) : (assignments.data?.length ?? 0) === 0 ? (
        assignments.error === null && (
          <Notice state="idle" title="Nothing is assigned">
            Ask everybody, a role, a workspace or one person to take a course, with a date if you like.
          </Notice>
        )
      ) : (
        <PlainTable label="Assignments" columns={columns} rows={assignments.data ?? []} idOf={(a) => a.id} />
      )}
      {search.new !== undefined && may("learning.write") && <AssignDialog onClose={() => show({})} />}
      {removes !== undefined && <Remove of={removes} whom={whom(removes)} onClose={() => setRemoves(undefined)} />}
    </div>
  );
}

/** Whom an assignment asks, in words. */
function useWhom() {
  const workspaces = useQuery(workspacesQuery);
  const people = useQuery(peopleQuery);
  return useMemo(
    () => (a: Assignment) => {
      switch (a.audience) {
        case "everybody":
          return "Everybody";
        case "role":
          return `Role ${a.subject}`;
        case "workspace":
          return `Workspace ${workspaces.data?.find((w) => w.id === a.subject)?.name ?? a.subject}`;
        default:
          return people.data?.find((p) => p.id === a.subject)?.name ?? a.subject ?? "";
      }
    },
    [workspaces.data, people.data],
  );
}

function Remove({ of, whom, onClose }: { of: Assignment; whom: string; onClose: () => void }) {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () =>
      get(api.DELETE("/api/assignments/{id}", { params: { path: { id: of.id }, header: { "If-Match": tagOf(of.version) } } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: assignmentsQuery.queryKey });
      onClose();
    },
  });
  return (
    <Confirm
      title="Ask no more?"
      effect={`${whom} will not be asked to take ${of.course_id} any more. What was done, and its certificates, stay. You can assign it again.`}
      act="Remove assignment"
      keep="Keep it"
      busy={remove.isPending}
      problem={remove.error}
      onAct={() => remove.mutate()}
      onClose={onClose}
    />
  );
}

const audiences = [
  { value: "everybody", label: "Everybody in the organisation" },
  { value: "role", label: "Holders of a role" },
  { value: "workspace", label: "Members of a workspace" },
  { value: "person", label: "One person" },
] as const;

function AssignDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const courses = useQuery(coursesQuery);
  const workspaces = useQuery(workspacesQuery);
  const people = useQuery(peopleQuery);
  const roles = useQuery(rolesQuery);
  const [course, setCourse] = useState("");
  const [audience, setAudience] = useState<(typeof audiences)[number]["value"]>("everybody");
  const [subject, setSubject] = useState("");
  const [due, setDue] = useState("");
  const assign = useMutation({
    mutationFn: () =>
      get(
        api.POST("/api/assignments", {
          body: {
            course_id: course,
            audience,
            subject: audience === "everybody" ? null : subject,
            due_at: endOfDay(due),
          },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: assignmentsQuery.queryKey });
      await queries.invalidateQueries({ queryKey: ["learning"] });
      onClose();
    },
  });
  const subjects =
    audience === "role"
      ? (roles.data ?? []).map((r) => ({ value: r.name, label: r.name }))
      : audience === "workspace"
        ? (workspaces.data ?? []).map((w) => ({ value: w.id, label: w.name }))
        : (people.data ?? []).map((p) => ({ value: p.id, label: `${p.name}, ${p.email}` }));
  const why =
    course === "" ? "Choose a course first" : audience !== "everybody" && subject === "" ? "Choose who is asked" : undefined;
  return (
    <Dialog
      title="Assign a course"
      onClose={onClose}
      onSend={() => why === undefined && assign.mutate()}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="main" type="submit" busy={assign.isPending} why={why}>
            Assign
          </Button>
        </>
      }
    >
      <Choice
        label="Course"
        options={[
          { value: "", label: "Choose a course" },
          ...(courses.data ?? []).map((c) => ({ value: c.id, label: `${c.title}, ${c.minutes} minutes` })),
        ]}
        value={course}
        error={fieldError(assign.error, "course_id")}
        onChange={(e) => setCourse(e.currentTarget.value)}
      />
      <Choice
        label="Who is asked"
        options={audiences}
        value={audience}
        onChange={(e) => {
          setAudience(e.currentTarget.value as typeof audience);
          setSubject("");
        }}
      />
      {audience !== "everybody" && (
        <Choice
          label={audience === "role" ? "Role" : audience === "workspace" ? "Workspace" : "Person"}
          help={audience === "workspace" ? "Its members are people with a role or a live key there." : ""}
          options={[{ value: "", label: "Choose" }, ...subjects]}
          value={subject}
          error={fieldError(assign.error, "subject")}
          onChange={(e) => setSubject(e.currentTarget.value)}
        />
      )}
      <Field
        label="Until"
        type="date"
        help="The end of that day, UTC. Left empty, there is no date."
        value={due}
        onChange={(e) => setDue(e.currentTarget.value)}
      />
      <ProblemNotice problem={assign.error} fields={["course_id", "subject"]} />
    </Dialog>
  );
}
