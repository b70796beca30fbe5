import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Section } from "../../design/Drawer";
import { ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { kindsQuery } from "../policies/guardrails";
import { doneOf } from "../policies/reviews";
import type { Call } from "./calls";
import classes from "./Findings.module.css";

const states = { block: "refused", ask: "refused", redact: "risk", tokenise: "held", flag: "idle" } as const;

/** What content rules found in a call, and a way to say that a detector was wrong. */
export function Findings({ call }: { call: Call }) {
  const queries = useQueryClient();
  const may = useMay();
  const key = ["calls", "reviews", call.id];
  const kinds = useQuery({ ...kindsQuery, enabled: may("policies.read") });
  const reviews = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => get(api.GET("/api/finding-reviews", { params: { query: { call: call.id, limit: 100 } }, signal })),
    enabled: may("policies.read"),
  });
  const report = useMutation({
    mutationFn: (number: number) =>
      get(
        api.POST("/api/calls/{id}/findings/{number}/report", {
          params: { path: { id: call.id, number: String(number) } },
          body: {},
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
  const reported = new Map((reviews.data?.items ?? []).map((r) => [r.number, r]));
  if (report.data !== undefined && !reported.has(report.data.number)) reported.set(report.data.number, report.data);
  return (
    <Section title="Findings" note={`${call.findings.length}`}>
      <ProblemNotice problem={report.error} />
      <ul className={classes.list}>
        {call.findings.map((f, number) => {
          const review = reported.get(number);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a finding is known by its number
            <li key={number}>
              <span className={classes.what}>
                <StatusMark state={states[f.action as keyof typeof states] ?? "idle"} label={doneOf(f.action)} />
                <strong>{f.kind == null ? "Its words or patterns" : (kinds.data?.titles.get(f.kind) ?? f.kind)}</strong>
                <span className="muted">{doneOf(f.action)}</span>
              </span>
              <span className="muted">
                Rule {f.rule}
                {f.kind != null && `, ${f.score_percent} % sure`}, in{" "}
                <span className="mono">
                  {f.where} {f.start}–{f.start + f.length}
                </span>
              </span>
              {f.digest != null &&
                (review === undefined ? (
                  <Button
                    small
                    kind="quiet"
                    busy={report.isPending && report.variables === number}
                    onClick={() => report.mutate(number)}
                  >
                    Report a false alarm
                  </Button>
                ) : (
                  <span className="muted">
                    {review.state === "open"
                      ? "Reported as a false alarm; somebody decides."
                      : review.state === "false_alarm"
                        ? "It was a false alarm: the same words count no more here."
                        : "It was reported, and the detector was right."}
                  </span>
                ))}
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
