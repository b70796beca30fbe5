import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Schemas } from "../../api/client";
import { modelsQuery, routesQuery } from "../../api/lists";
import { Choice } from "../../design/Choice";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { PlainTable } from "../../design/PlainTable";
import { StatusMark } from "../../design/Status";
import type { Column } from "../../design/Table";
import { useTimes } from "../../design/zone";
import classes from "./PoliciesPage.module.css";
import { effectiveQuery, type Policy, type PolicySearch } from "./policies";

type Line = Schemas["EffectiveLineView"];
type Target = Schemas["PolicyTarget"];

const columns: Column<Line>[] = [
  { id: "line", head: "Line", width: 210, cell: (l) => <span className="mono">{l.line}</span> },
  { id: "says", head: "Holds", cell: (l) => l.says },
  { id: "mandatory", head: "", width: 90, cell: (l) => <span className="muted">{l.mandatory ? "mandatory" : "free"}</span> },
  {
    id: "from",
    head: "From",
    cell: (l) => (
      <span className={classes.origin}>
        {l.origins.map((o) => (
          <span key={o.level} title={o.text}>
            {o.name}{" "}
            <span className="muted">
              version {o.version}, line {o.number}
            </span>
            {o.exception != null && <span className="muted"> · exception {o.exception}</span>}
          </span>
        ))}
      </span>
    ),
  },
];

const targets: Column<Target>[] = [
  {
    id: "model",
    head: "Leads to",
    width: 300,
    cell: (t) => (
      <span className={classes.name}>
        <StatusMark state={t.allowed ? "good" : "refused"} label={t.allowed ? "May serve" : "Left out"} />
        <span className="mono cut">
          {t.model} <span className="muted">at {t.connection}</span>
        </span>
      </span>
    ),
  },
  { id: "why", head: "Why", cell: (t) => (t.allowed ? <span className="muted">May serve</span> : t.why) },
];

/** What holds at a level, with where each line comes from, and which deployments of a route may serve under it. */
export function Effective({
  policy,
  route,
  show,
}: {
  policy: Policy;
  route: string | undefined;
  show: (next: PolicySearch) => void;
}) {
  const { time } = useTimes();
  const effective = useQuery(effectiveQuery(policy.level, route));
  const routes = useQuery(routesQuery);
  const models = useQuery(modelsQuery);
  const names = useMemo(
    () => [...new Set([...(routes.data ?? []).map((r) => r.name), ...(models.data ?? []).map((m) => m.name)])].sort(),
    [routes.data, models.data],
  );
  return (
    <>
      <ProblemNotice problem={effective.error} />
      {effective.data === undefined ? (
        effective.error === null && <LoadingRows columns={4} />
      ) : effective.data.lines.length === 0 ? (
        <Notice state="idle" title="No policy says anything here">
          Approvals of models and rules for models alone decide. A line in the policy of this level or of one above it shows here.
        </Notice>
      ) : (
        <>
          <p className="muted">
            {effective.data.versions}
            {effective.data.until != null && ` · an exception ends ${time(effective.data.until, new Date())}`}
          </p>
          <PlainTable label="What holds" columns={columns} rows={effective.data.lines} idOf={(l) => l.line} />
        </>
      )}
      {policy.scope === "use_case" && (
        <div className={classes.bar}>
          <div>
            <Choice
              label="A route or model"
              value={route ?? ""}
              onChange={(e) => show({ route: e.currentTarget.value === "" ? undefined : e.currentTarget.value })}
              options={[{ value: "", label: "None" }, ...names.map((n) => ({ value: n, label: n }))]}
            />
          </div>
        </div>
      )}
      {(effective.data?.targets.length ?? 0) > 0 && (
        <PlainTable
          label={`Where ${route} leads`}
          columns={targets}
          rows={effective.data?.targets ?? []}
          idOf={(t) => t.deployment}
        />
      )}
    </>
  );
}
