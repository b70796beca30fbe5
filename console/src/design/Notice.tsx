import type { ReactNode } from "react";
import { Problem } from "../api/client";
import classes from "./Notice.module.css";
import { type State, StatusMark } from "./Status";

/** Something that happened to the whole page or form. */
export function Notice({
  state,
  title,
  children,
  actions,
}: {
  state: State;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className={classes.notice} role={state === "failed" ? "alert" : "status"}>
      <StatusMark state={state} size={16} />
      <div>
        <p className={classes.title}>{title}</p>
        {children !== undefined && <div className={classes.text}>{children}</div>}
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </div>
    </div>
  );
}

/** What the API said is wrong, with what to do, where no field shows it. */
export function ProblemNotice({ problem, fields = [] }: { problem: unknown; fields?: readonly string[] }) {
  if (problem === null || problem === undefined) return null;
  if (!(problem instanceof Problem))
    return (
      <Notice state="failed" title="The console failed.">
        {String(problem)}
      </Notice>
    );
  if (problem.param !== undefined && fields.includes(problem.param)) return null;
  // What the API says of tags is for programs.
  if (problem.status === 412)
    return (
      <Notice state="risk" title="It was changed meanwhile">
        Look at it as it is now, then do it again.
      </Notice>
    );
  return (
    <Notice state={problem.status === 403 ? "refused" : "failed"} title={problem.message}>
      {problem.status >= 500 || problem.status === 0 ? problem.advice : undefined}
    </Notice>
  );
}

/** The message for one field of a form. */
export function fieldError(problem: unknown, name: string): string | undefined {
  return problem instanceof Problem && problem.param === name ? problem.message : undefined;
}
