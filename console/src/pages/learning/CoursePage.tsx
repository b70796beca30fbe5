import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useCallback, useEffect, useRef } from "react";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { TopBar } from "../../shell/Shell";
import classes from "./Course.module.css";
import { LessonView } from "./LessonView";
import { beforeQuiz, nextPart, partsOf, type Reading, stateOf } from "./learning";
import { QuizView } from "./QuizView";
import { readingQuery } from "./queries";

const here = getRouteApi("/inside/learning/course");

/** A course to read: its parts at the left, one of them at the right. Left and right arrow lead through it. */
export function CoursePage() {
  const { course: id = "", part } = here.useSearch();
  const navigate = here.useNavigate();
  const reading = useQuery(readingQuery(id));
  const go = useCallback((to: string) => void navigate({ search: { course: id, part: to } }), [navigate, id]);
  return (
    <>
      <TopBar above={<Link to="/learning">Learning</Link>} title={reading.data?.state.title ?? "Course"} />
      {reading.data !== undefined ? (
        <Parts reading={reading.data} part={part ?? nextPart(reading.data)} go={go} />
      ) : (
        <div className={classes.alone}>
          {reading.error === null ? (
            <LoadingRows columns={2} />
          ) : (
            <Notice state="failed" title="This course cannot be shown">
              <ProblemNotice problem={reading.error} />
              <Link to="/learning">To the courses that there are</Link>
            </Notice>
          )}
        </div>
      )}
    </>
  );
}

function Parts({ reading, part, go }: { reading: Reading; part: string; go: (to: string) => void }) {
  const parts = partsOf(reading);
  const at = Math.max(0, parts.indexOf(part));
  const page = useRef<HTMLElement>(null);
  const before = parts[at - 1];
  const after = parts[at + 1];
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (
        event.target instanceof Element &&
        event.target.closest("input, textarea, select, dialog, section[aria-label='Table']") !== null
      )
        return;
      const to = event.key === "ArrowRight" ? after : event.key === "ArrowLeft" ? before : undefined;
      if (to === undefined) return;
      event.preventDefault();
      go(to);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [before, after, go]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another part is read from its beginning
  useEffect(() => {
    page.current?.scrollTo(0, 0);
  }, [part]);
  const lesson = reading.lessons.find((l) => String(l.number) === parts[at]);
  const { word } = stateOf(reading.state);
  return (
    <div className={classes.course}>
      <nav className={classes.parts} aria-label="Parts of the course">
        <ol>
          {reading.lessons.map((l) => {
            const isDone = l.read && l.exercises.every((e) => e.done);
            return (
              <li key={l.number}>
                <Link
                  to="/learning/course"
                  search={{ course: reading.state.id, part: String(l.number) }}
                  activeProps={{}}
                  aria-current={String(l.number) === parts[at] ? "page" : undefined}
                >
                  <StatusMark
                    state={isDone ? "good" : l.read ? "partial" : "idle"}
                    label={isDone ? "Done" : l.read ? "Exercise left" : "Not read"}
                  />
                  <span>{l.title}</span>
                </Link>
              </li>
            );
          })}
          <li>
            <Link
              to="/learning/course"
              search={{ course: reading.state.id, part: "quiz" }}
              activeProps={{}}
              aria-current={parts[at] === "quiz" ? "page" : undefined}
            >
              <StatusMark
                state={reading.state.state === "passed" ? "good" : beforeQuiz(reading) === undefined ? "idle" : "held"}
                label={word}
              />
              <span>Quiz</span>
            </Link>
          </li>
        </ol>
        <p className="muted">
          {reading.state.minutes} minutes, version {reading.state.version}. {word}.
        </p>
        <p className="faint">
          <kbd>←</kbd> <kbd>→</kbd> lead through the course
        </p>
      </nav>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <section className={classes.page} ref={page} tabIndex={0} aria-label="Part of the course">
        {lesson === undefined ? (
          <QuizView reading={reading} go={go} />
        ) : (
          <LessonView key={lesson.number} reading={reading} lesson={lesson} after={after} go={go} />
        )}
      </section>
    </div>
  );
}
