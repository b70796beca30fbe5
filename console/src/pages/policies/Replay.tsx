import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, get } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Check } from "../../design/Check";
import { Choice } from "../../design/Choice";
import { Notice, ProblemNotice } from "../../design/Notice";
import { PlainTable } from "../../design/PlainTable";
import type { Column } from "../../design/Table";
import { useTimes } from "../../design/zone";
import classes from "./PoliciesPage.module.css";
import type { Policy } from "./policies";
import { type ReplayFinding, type ReplayRun, replayFindingsQuery, replaysQuery, unjudgedWords } from "./replays";
import { useWritten } from "./useWritten";

const many = (count: number, noun: string) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

/** What a text would have made of past calls: the server asks by itself, and goes on when one leaves the page. */
export function Replay({ policy }: { policy: Policy }) {
  const may = useMay();
  return may("policies.write") ? (
    <Replays policy={policy} />
  ) : (
    <Notice state="refused" title="A replay needs the permission policies.write." />
  );
}

function Replays({ policy }: { policy: Policy }) {
  const queries = useQueryClient();
  const [days, setDays] = useState("30");
  const [contents, setContents] = useState(false);
  const { written } = useWritten(policy.level);
  const text = written ?? policy.draft?.text ?? policy.text;
  const what =
    written !== undefined ? "the text in the editor" : policy.draft != null ? "the draft in shadow" : "the policy in force";
  const runs = useQuery(replaysQuery(policy.level));
  const again = () => queries.invalidateQueries({ queryKey: ["policies", "replays", policy.level] });
  const start = useMutation({
    mutationFn: () =>
      get(
        api.POST("/api/policy-replays", {
          body: { level: policy.level, text, from: new Date(Date.now() - Number(days) * 86_400_000).toISOString(), contents },
        }),
      ),
    onSuccess: again,
  });
  const cancel = useMutation({
    mutationFn: (id: string) => get(api.POST("/api/policy-replays/{id}/cancel", { params: { path: { id } } })),
    onSettled: again,
  });
  const last = runs.data?.[0];
  return (
    <>
      <p className="muted">
        Asks {what} of past calls, as routes, models and keys are now. Nothing is changed. It goes on when you leave this page.
      </p>
      <div className={classes.bar}>
        <div>
          <Choice
            label="Calls of"
            value={days}
            onChange={(e) => setDays(e.currentTarget.value)}
            options={[
              { value: "1", label: "the last day" },
              { value: "7", label: "the last 7 days" },
              { value: "30", label: "the last 30 days" },
              { value: "90", label: "the last 90 days" },
            ]}
          />
        </div>
        {last?.state === "running" ? (
          <Button busy={cancel.isPending} onClick={() => cancel.mutate(last.id)}>
            Stop
          </Button>
        ) : (
          <Button kind="main" busy={start.isPending} onClick={() => start.mutate()}>
            Replay
          </Button>
        )}
      </div>
      <Check
        label="Let the server read what was said, for content rules"
        help="Where it is kept. You see numbers, calls and rules, and no word of it; the audit log says that it was read."
        checked={contents}
        onChange={setContents}
      />
      <ProblemNotice problem={start.error ?? cancel.error ?? runs.error} />
      {last !== undefined && <Run key={last.id} run={last} />}
    </>
  );
}

/** How far a run is and what came of it. */
function Run({ run }: { run: ReplayRun }) {
  const { time } = useTimes();
  const found = useQuery(replayFindingsQuery(run.id, run.refused + run.elsewhere + run.changed));
  const unjudged = Object.values(run.unjudged).reduce((sum, n) => sum + n, 0);
  const isRunning = run.state === "running";
  const begin = run.from == null ? undefined : Date.parse(run.from);
  const share =
    begin === undefined || run.looked_back_to == null
      ? undefined
      : (Date.parse(run.to) - Date.parse(run.looked_back_to)) / Math.max(1, Date.parse(run.to) - begin);
  const columns: Column<ReplayFinding>[] = [
    {
      id: "call",
      head: "Call",
      width: 150,
      cell: (c) => (
        <Link to="/calls" search={{ call: c.call_id }}>
          {time(c.at, new Date())}
        </Link>
      ),
    },
    {
      id: "why",
      head: "Why",
      cell: (c) => <span className={classes.wrap}>{c.why.replace(/^The policy does not allow this call: /, "")}</span>,
    },
  ];
  return (
    <>
      <Notice
        state={isRunning ? "running" : run.state === "failed" ? "failed" : run.refused > 0 ? "risk" : "good"}
        title={
          run.problem != null
            ? run.problem
            : run.looked_at === 0 && !isRunning
              ? "There are no calls in this time"
              : `Would have refused ${run.refused.toLocaleString("en")} of ${many(run.looked_at, "call")}`
        }
      >
        {run.elsewhere > 0 && `${run.elsewhere.toLocaleString("en")} would have gone elsewhere. `}
        {run.changed > 0 && `Something would have been taken out of ${run.changed.toLocaleString("en")}. `}
        {run.contents && `What was said in ${many(run.opened, "call")} was read by the server. `}
        {isRunning && share !== undefined && `${Math.min(99, Math.round(share * 100))}% of the time. `}
        {run.looked_back_to != null && run.state !== "done" && `Looked back to ${time(run.looked_back_to, new Date())}. `}
        {`Asked by ${run.asked_by}, ${time(run.created_at, new Date())}${run.state === "cancelled" ? ", and stopped" : ""}.`}
        {unjudged > 0 && (
          <ul className={classes.faults}>
            {Object.entries(run.unjudged).map(([reason, n]) => (
              <li key={reason}>
                {many(n, "call")} cannot be judged: {unjudgedWords[reason] ?? reason}.
              </li>
            ))}
          </ul>
        )}
        {run.guards_not_asked.length > 0 && (
          <p>A replay asks no guards. What {run.guards_not_asked.join(", ")} would have done is in none of these numbers.</p>
        )}
        {Object.keys(run.rules).length > 0 && (
          <ul className={classes.faults}>
            {Object.entries(run.rules).map(([rule, n]) => (
              <li key={rule}>
                The rule <span className="mono">{rule}</span> finds something in {many(n, "call")}.
              </li>
            ))}
          </ul>
        )}
      </Notice>
      <ProblemNotice problem={found.error} />
      {(
        [
          ["refused", "Calls that would have been refused"],
          ["elsewhere", "Calls that would have gone elsewhere"],
          ["changed", "Calls that would have been changed"],
        ] as const
      ).map(([verdict, label]) => {
        const rows = (found.data ?? []).filter((f) => f.verdict === verdict);
        return rows.length === 0 ? null : (
          <PlainTable key={verdict} label={label} columns={columns} rows={rows} idOf={(c) => c.call_id} />
        );
      })}
    </>
  );
}
