import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api, get, type Schemas } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Dialog } from "../../design/Dialog";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { PlainTable } from "../../design/PlainTable";
import type { Column } from "../../design/Table";
import { TextArea } from "../../design/TextArea";
import classes from "./Learning.module.css";
import type { TabProps } from "./LearningPage";
import { coursesQuery } from "./queries";

type Course = Schemas["CourseView"];

/** The courses that there are; each can be changed as a document, into its next version. */
export function CoursesTab({ search, show }: TabProps) {
  const may = useMay();
  const courses = useQuery(coursesQuery);
  const columns = useMemo(
    (): Column<Course>[] => [
      {
        id: "title",
        head: "Course",
        cell: (c) => (
          <Link to="/learning/course" search={{ course: c.id }} className="plain">
            {c.title}
          </Link>
        ),
      },
      { id: "for", head: "For", cell: (c) => c.for.join(", ") },
      { id: "parts", head: "Parts", width: 190, cell: (c) => `${c.lessons} lessons, ${c.exercises} ex., ${c.questions} qu.` },
      { id: "minutes", head: "Minutes", width: 76, right: true, cell: (c) => c.minutes },
      { id: "version", head: "Version", width: 76, right: true, cell: (c) => c.version },
      { id: "from", head: "From", width: 110, cell: (c) => (c.own ? "organisation" : "Portico") },
      {
        id: "acts",
        head: "",
        width: 80,
        right: true,
        cell: (c) => (
          <Button small kind="quiet" onClick={() => show({ new: c.id })} aria-label={`Edit ${c.title}`}>
            {may("learning.write") ? "Edit" : "Source"}
          </Button>
        ),
      },
    ],
    [may, show],
  );
  return (
    <div className={`${classes.sheet} ${classes.wide}`}>
      <div className={classes.bar}>
        <p className="muted">
          A course is a Markdown document with exercises and a quiz. A change is its next version; who has passed stays passed.
        </p>
        {may("learning.write") && (
          <Button kind="main" icon="plus" onClick={() => show({ new: "new" })}>
            New course
          </Button>
        )}
      </div>
      <ProblemNotice problem={courses.error} />
      {courses.isPending ? (
        <LoadingRows columns={6} />
      ) : (
        <PlainTable label="Courses" columns={columns} rows={courses.data ?? []} idOf={(c) => c.id} />
      )}
      {search.new !== undefined && <DocumentDialog key={search.new} id={search.new} onClose={() => show({})} />}
    </div>
  );
}

const outline = `---
id: our-rules
version: 1
title: Our own rules
says: Know what holds here beyond the usual.
for: [employees]
minutes: 8
pass_mark: 80
---

## First lesson

What people read, in Markdown.

\`\`\`exercise
id: try-it
title: Try it
task: Ask for JSON.
start: Hello
checks:
  - says: JSON is asked for
    asks_for_json: true
\`\`\`

\`\`\`quiz
questions:
  - ask: Which is right?
    options:
      - text: This
        right: true
      - text: That
    why: Because it is this.
\`\`\`
`;

function DocumentDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const queries = useQueryClient();
  const may = useMay();
  const isNew = id === "new";
  const document = useQuery({
    queryKey: ["courses", id, "document"],
    queryFn: ({ signal }) => get(api.GET("/api/courses/{id}/document", { params: { path: { id } }, signal })),
    enabled: !isNew,
  });
  const [typed, setTyped] = useState<string>();
  const text = typed ?? (isNew ? outline : document.data?.markdown);
  const check = useMutation({
    mutationFn: (markdown: string) => get(api.POST("/api/courses/check", { body: { markdown } })),
  });
  const take = useMutation({
    mutationFn: (markdown: string) => get(api.POST("/api/courses", { body: { markdown } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["courses"] });
      await queries.invalidateQueries({ queryKey: ["learning"] });
      onClose();
    },
    onError: (_, markdown) => check.mutate(markdown),
  });
  const mayWrite = may("learning.write");
  return (
    <Dialog
      wide
      title={isNew ? "New course" : `Course ${id}`}
      onClose={onClose}
      onSend={() => mayWrite && text !== undefined && take.mutate(text)}
      actions={
        <>
          <Button onClick={onClose}>{mayWrite ? "Cancel" : "Close"}</Button>
          {mayWrite && (
            <>
              <Button busy={check.isPending} onClick={() => text !== undefined && check.mutate(text)}>
                Check
              </Button>
              <Button
                kind="main"
                type="submit"
                busy={take.isPending}
                why={!isNew && typed === undefined ? "Nothing was changed yet" : undefined}
              >
                Take it in
              </Button>
            </>
          )}
        </>
      }
    >
      <ProblemNotice problem={document.error} />
      {text === undefined ? (
        <LoadingRows columns={1} />
      ) : (
        <div className={classes.editor}>
          <TextArea
            label="Document"
            isCode
            readOnly={!mayWrite}
            help={
              isNew
                ? "What each part means stands in the guide “Train people”."
                : "Raise the version: one that was taken in never changes."
            }
            value={text}
            onChange={(e) => {
              setTyped(e.currentTarget.value);
              check.reset();
            }}
          />
        </div>
      )}
      {check.data?.good === true && <Notice state="good" title="Nothing is wrong with it" />}
      {check.data?.good === false && (
        <Notice state="failed" title="This is no course yet">
          <ul className={classes.problems}>
            {check.data.problems.map((p) => (
              <li key={`${p.line}${p.text}`}>
                Line {p.line}: {p.text}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {check.data?.good !== false && <ProblemNotice problem={take.error} />}
    </Dialog>
  );
}
