import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { ProblemNotice } from "../../design/Notice";
import { PlainTable } from "../../design/PlainTable";
import type { Column } from "../../design/Table";
import { useTimes } from "../../design/zone";
import { LinkTo } from "../../shell/LinkTo";
import { useNames } from "../overview/names";
import { kindsQuery } from "./guardrails";
import classes from "./PoliciesPage.module.css";
import { doneOf, type Review } from "./reviews";

/** False alarms that were reported: somebody says whether the detector was right. */
export function Reviews({ rows }: { rows: Review[] }) {
  const queries = useQueryClient();
  const may = useMay();
  const names = useNames();
  const { time, fullTime } = useTimes();
  const kinds = useQuery(kindsQuery);
  const decide = useMutation({
    mutationFn: ({ id, isFalse }: { id: string; isFalse: boolean }) =>
      get(api.POST("/api/finding-reviews/{id}/decide", { params: { path: { id } }, body: { false_alarm: isFalse } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["policies", "reviews"] }),
  });
  const columns: Column<Review>[] = [
    {
      id: "found",
      head: "Found",
      cell: (r) => (
        <span className={classes.origin}>
          <span>{kinds.data?.titles.get(r.kind) ?? r.kind}</span>
          <span className="muted">
            {r.score_percent} % sure, {doneOf(r.action)} by {r.rule}
          </span>
        </span>
      ),
    },
    {
      id: "call",
      head: "Where",
      width: 190,
      cell: (r) => (
        <span className={classes.origin}>
          <LinkTo to="/calls" search={{ call: r.call_id }}>
            <span className="mono cut">{r.where}</span>
          </LinkTo>
          <span className="muted cut">{names.of("use_case", r.use_case_id)}</span>
        </span>
      ),
    },
    {
      id: "by",
      head: "Reported",
      width: 190,
      cell: (r) => (
        <span className={classes.origin}>
          <span className="cut">{r.reported_by_name}</span>
          <span className="muted" title={fullTime(r.reported_at)}>
            {time(r.reported_at, new Date())}
            {r.note !== null && ` — “${r.note}”`}
          </span>
        </span>
      ),
    },
    {
      id: "state",
      head: "",
      width: 220,
      right: true,
      cell: (r) =>
        r.state === "open" && may("policies.approve") ? (
          <span className={classes.says}>
            <Button
              small
              kind="main"
              title="The same words of this kind count no more in this workspace"
              onClick={() => decide.mutate({ id: r.id, isFalse: true })}
            >
              It was none
            </Button>
            <Button small onClick={() => decide.mutate({ id: r.id, isFalse: false })}>
              It was right
            </Button>
          </span>
        ) : (
          <span className={classes.says}>
            <span className="muted">
              {r.state === "open" ? "open" : r.state === "false_alarm" ? "a false alarm" : "it was right"}
              {r.decided_by_name !== null && `, by ${r.decided_by_name}`}
            </span>
            {r.state === "false_alarm" && may("policies.approve") && (
              <Button small onClick={() => decide.mutate({ id: r.id, isFalse: false })}>
                Take back
              </Button>
            )}
          </span>
        ),
    },
  ];
  return (
    <>
      <ProblemNotice problem={decide.error} />
      <PlainTable label="False alarms" columns={columns} rows={rows} idOf={(r) => r.id} />
    </>
  );
}
