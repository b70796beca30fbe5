import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, get } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Drawer, Facts, Section } from "../../design/Drawer";
import { Notice, ProblemNotice } from "../../design/Notice";
import { useTimes } from "../../design/zone";
import { LinkTo } from "../../shell/LinkTo";
import { useNames } from "../overview/names";
import { doneOf } from "../policies/reviews";
import classes from "./FindingsPage.module.css";
import { adviceOf, channelWord, type Found, reviewWords, stateOf } from "./findings";
import { useKindTitle } from "./useKindTitle";

/** One finding: which rule, which span, which channel, and what to do. The words are in the call, for whoever may have them revealed. */
export function FindingDrawer({
  finding: f,
  same,
  onClose,
  children,
}: {
  finding: Found;
  /** How many findings have the same words, where that is known. */
  same?: number | undefined;
  onClose: () => void;
  /** What one says of it. */
  children?: ReactNode;
}) {
  const { time, fullTime } = useTimes();
  const titleOf = useKindTitle();
  const names = useNames();
  const title = titleOf(f.kind);
  return (
    <Drawer
      small
      state={stateOf(f.action)}
      title={title}
      note={
        <span>
          {doneOf(f.action)}, <span title={fullTime(f.started_at)}>{time(f.started_at, new Date())}</span>
        </span>
      }
      onClose={onClose}
    >
      {children}
      <Section title="Where">
        <p className={classes.place}>
          {channelWord(f.channel)}:{" "}
          <span className="mono">
            {f.where} {f.start}–{f.start + f.length}
          </span>
        </p>
        <p className="muted">
          Characters of that text as it came.{" "}
          <LinkTo to="/calls" search={{ call: f.call_id, time: undefined }}>
            Open the call
          </LinkTo>
          ; its words are read by a reveal.
        </p>
      </Section>
      <Section title="What to do">
        <p>{adviceOf(f)}</p>
      </Section>
      <Section title="Rule">
        <Facts
          facts={[
            [
              "Rule",
              <LinkTo key="rule" to="/policies" search={{ level: f.use_case_id, tab: "effective" }}>
                <span className="mono">{f.rule}</span>
              </LinkTo>,
            ],
            [
              "Kind",
              <span key="kind" className="mono">
                {f.kind ?? "words"}
              </span>,
            ],
            ["Sure", f.kind === null ? "found as written" : `${f.score_percent} %`],
            ["Use case", names.of("use_case", f.use_case_id)],
          ]}
        />
        {f.digest !== null && (
          <p>
            <LinkTo to="/findings" search={{ same: f.digest }}>
              {same === undefined
                ? "All findings of the same words"
                : same === 1
                  ? "The only finding of these words"
                  : `${same} findings of the same words`}
            </LinkTo>
          </p>
        )}
      </Section>
    </Drawer>
  );
}

/** What people said of a finding, and the way to say it. */
export function Verdict({ finding: f }: { finding: Found }) {
  const may = useMay();
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ queryKey: ["findings"] });
  const report = useMutation({
    mutationFn: () =>
      get(
        api.POST("/api/calls/{id}/findings/{number}/report", {
          params: { path: { id: f.call_id, number: String(f.number) } },
          body: {},
        }),
      ),
    onSuccess: again,
  });
  const say = useMutation({
    mutationFn: (isFalse: boolean) =>
      get(api.POST("/api/finding-reviews", { body: { call_id: f.call_id, number: f.number, false_alarm: isFalse } })),
    onSuccess: again,
  });
  const undo = useMutation({
    mutationFn: (id: string) => get(api.POST("/api/finding-reviews/{id}/undo", { params: { path: { id } } })),
    onSuccess: again,
  });
  if (f.digest === null)
    return (
      <Notice state="idle" title="The rule's own words or patterns">
        No detector was asked: whoever writes the policy changes the rule.
      </Notice>
    );
  const isDecided = f.review === "false_alarm" || f.review === "right";
  return (
    <>
      <ProblemNotice problem={report.error ?? say.error ?? undo.error} />
      <p className={classes.says}>
        {f.review !== null && <span className="muted">{reviewWords.find((w) => w.value === f.review)?.label}.</span>}
        {isDecided && may("policies.approve") && f.review_id !== null && (
          <Button small busy={undo.isPending} onClick={() => undo.mutate(f.review_id as string)}>
            Take back
          </Button>
        )}
        {!isDecided && may("policies.approve") && (
          <>
            <Button small kind="main" busy={say.isPending} onClick={() => say.mutate(false)}>
              It is one
            </Button>
            <Button small busy={say.isPending} onClick={() => say.mutate(true)}>
              It is none
            </Button>
          </>
        )}
        {f.review === null && !may("policies.approve") && (
          <Button small busy={report.isPending} onClick={() => report.mutate()}>
            Report a false alarm
          </Button>
        )}
        {f.review === "open" && !may("policies.approve") && <span className="muted">Somebody decides.</span>}
      </p>
    </>
  );
}
