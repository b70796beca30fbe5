import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { fullTime, time } from "../../design/format";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { useZone } from "../../design/zone";
import classes from "./Learning.module.css";
import { type CourseState, progressOf, stateOf } from "./learning";
import { learningQuery } from "./queries";

/** What is asked of oneself first, then what one may take besides. */
export function Mine() {
  const learning = useQuery(learningQuery);
  const all = learning.data?.courses ?? [];
  const asked = all.filter((c) => c.asked);
  const others = all.filter((c) => !c.asked);
  return (
    <div className={classes.sheet}>
      {learning.error !== null && <ProblemNotice problem={learning.error} />}
      {learning.data === undefined ? (
        learning.error === null && <LoadingRows columns={3} />
      ) : (
        <>
          <Access />
          <Policy />
          <Courses title="Asked of you" courses={asked}>
            <p className="muted">Nobody has assigned you a course. Those below are yours to take.</p>
          </Courses>
          {others.length > 0 && <Courses title={asked.length === 0 ? "Courses" : "More courses"} courses={others} />}
        </>
      )}
    </div>
  );
}

function Access() {
  const { data } = useQuery(learningQuery);
  if (data === undefined || data.access.open) return null;
  return (
    <Notice state="held" title="Your access to models is not open yet">
      <ul className={classes.missing}>
        {data.access.missing.map((lack) => (
          <li key={`${lack.kind}${lack.course_id}`}>
            {lack.kind === "acceptable_use" ? (
              <Link to="/learning/policy">Acknowledge the acceptable-use policy</Link>
            ) : (
              <Link to="/learning/course" search={{ course: lack.course_id ?? "" }}>
                {lack.says.charAt(0).toUpperCase() + lack.says.slice(1)}
              </Link>
            )}
          </li>
        ))}
      </ul>
      Playground and your own keys work as soon as the last of it is done.
    </Notice>
  );
}

function Policy() {
  const { data } = useQuery(learningQuery);
  const [zone] = useZone();
  if (data === undefined) return null;
  const { version, acknowledged_version: yours, acknowledged_at: at, demanded } = data.acceptable_use;
  return (
    <section className={classes.policy} aria-label="Acceptable use">
      <StatusMark state={demanded ? "held" : yours === version ? "good" : "idle"} size={16} />
      <div>
        <Link to="/learning/policy">Acceptable use of AI</Link>
        <p className="muted">
          {yours === null || at === null
            ? `Version ${version}, which you have not acknowledged.`
            : `You acknowledged version ${yours} on ${fullTime(at, zone)}${yours === version ? "." : `; version ${version} holds now.`}`}
        </p>
      </div>
    </section>
  );
}

function Courses({ title, courses, children }: { title: string; courses: readonly CourseState[]; children?: ReactNode }) {
  return (
    <section className={classes.courses} aria-label={title}>
      <h2>{title}</h2>
      {courses.length === 0 ? children : courses.map((c) => <CourseRow key={c.id} of={c} />)}
    </section>
  );
}

function CourseRow({ of: course }: { of: CourseState }) {
  const [zone] = useZone();
  const { mark, word } = stateOf(course);
  const share = progressOf(course);
  return (
    <Link className={classes.course} to="/learning/course" search={{ course: course.id }}>
      <StatusMark state={mark} size={16} />
      <span className={classes.what}>
        <b>{course.title}</b>
        <span className="muted">{course.says}</span>
      </span>
      <span className={classes.how}>
        <span>{word}</span>
        <span className="muted num">
          {course.state === "passed" && course.certificate_until !== null
            ? `until ${time(course.certificate_until, new Date(), zone)}`
            : course.due_at !== null
              ? `due ${time(course.due_at, new Date(), zone)}`
              : `${course.minutes} minutes`}
        </span>
        <span className={classes.track} role="img" aria-label={`${Math.round(share * 100)} % done`}>
          <i style={{ width: `${share * 100}%` }} />
        </span>
      </span>
    </Link>
  );
}
