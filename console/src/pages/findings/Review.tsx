import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { api, get } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import type { Zone } from "../../design/format";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { type Column, Table } from "../../design/Table";
import { isTyping } from "../../design/TimeRange";
import { FindingDrawer } from "./FindingDrawer";
import classes from "./FindingsPage.module.css";
import { channelWord, type FindingQuery, idOf, nextOf, progressOf, type Queued, shareOf, stateOf } from "./findings";
import { queueQuery } from "./queries";
import { useKindTitle } from "./useKindTitle";

/** What waits for an answer, those first that are worth the most; answered by keys. */
export function Review({
  query,
  stretch,
  zone,
  openId,
  onOpen,
}: {
  query: FindingQuery;
  stretch: string;
  zone: Zone;
  openId: string | undefined;
  onOpen: (id: string | undefined) => void;
}) {
  const may = useMay();
  const mayDecide = may("policies.approve");
  const queries = useQueryClient();
  const titleOf = useKindTitle();
  const asked = useQuery(queueQuery(query, stretch, zone));
  /** What was answered here, the last at the end; without a review while the answer is on its way. */
  const [said, setSaid] = useState<readonly { id: string; review?: string }[]>([]);
  // What is answered is gone at once: whoever types fast answers the next one, whatever the server has told so far.
  const items = useMemo(() => {
    const gone = new Set(said.map((s) => s.id));
    return (asked.data?.items ?? none).filter((q) => !gone.has(idOf(q.finding)));
  }, [asked.data, said]);
  const columns = useColumns();
  const current = items.find((q) => idOf(q.finding) === openId) ?? items[0];
  const again = () => queries.invalidateQueries({ queryKey: ["findings"] });
  const say = useMutation({
    mutationFn: ({ of, isFalse }: { of: Queued; isFalse: boolean }) =>
      get(
        api.POST("/api/finding-reviews", {
          body: { call_id: of.finding.call_id, number: of.finding.number, false_alarm: isFalse },
        }),
      ),
    onMutate: ({ of }) => {
      const id = idOf(of.finding);
      setSaid((all) => [...all, { id }]);
      if (openId !== undefined) onOpen(nextOf(items, id));
    },
    onSuccess: (review, { of }) => {
      const id = idOf(of.finding);
      setSaid((all) => all.map((s) => (s.id === id ? { id, review: review.id } : s)));
      return again();
    },
    onError: (_, { of }) => setSaid((all) => all.filter((s) => s.id !== idOf(of.finding))),
  });
  const undo = useMutation({
    mutationFn: ({ review }: { id: string; review: string }) =>
      get(api.POST("/api/finding-reviews/{id}/undo", { params: { path: { id: review } } })),
    onSuccess: async (_, { id }) => {
      await again();
      setSaid((all) => all.filter((s) => s.id !== id));
    },
  });
  const act = (key: string): boolean => {
    if (!mayDecide || undo.isPending) return false;
    const last = said.at(-1);
    if ((key === "y" || key === "n") && current !== undefined) say.mutate({ of: current, isFalse: key === "n" });
    else if (key === "u" && last?.review !== undefined) undo.mutate({ id: last.id, review: last.review });
    else return false;
    return true;
  };
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (latest.current(event.key)) event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  const progress = asked.data?.progress;
  return (
    <>
      <div className={classes.list} data-keys={mayDecide ? "y n u" : undefined}>
        <div className={classes.bar}>
          <p role="status">{progress === undefined ? "" : progressOf(progress)}</p>
          {mayDecide ? (
            <span className={classes.keys}>
              <span>
                <kbd>J</kbd> <kbd>K</kbd> move
              </span>
              <span>
                <kbd>Y</kbd> it is one
              </span>
              <span>
                <kbd>N</kbd> it is none
              </span>
              <Button
                small
                disabled={said.at(-1)?.review === undefined}
                busy={undo.isPending}
                onClick={() => act("u")}
                title="Take the last answer back (U)"
              >
                Undo
              </Button>
            </span>
          ) : (
            <span className="muted">Answering needs the permission policies.approve.</span>
          )}
        </div>
        {asked.data !== undefined && asked.data.kinds.length > 0 && (
          <p className={classes.kinds}>
            {asked.data.kinds.map((k) => (
              <span key={k.kind}>
                <b>{titleOf(k.kind)}</b> {k.reviewed} of {k.texts}
                {k.false_alarm_share !== null && `, ${shareOf(k.false_alarm_share)}`}
              </span>
            ))}
          </p>
        )}
        <ProblemNotice problem={say.error ?? undo.error} />
        {asked.error !== null && asked.data !== undefined && <ProblemNotice problem={asked.error} />}
        <Table
          label="Questions"
          columns={columns}
          rows={items}
          idOf={questionId}
          openId={current === undefined ? undefined : idOf(current.finding)}
          onOpen={onOpen}
          isNarrow={openId !== undefined}
        >
          {asked.isPending ? (
            <LoadingRows columns={5} />
          ) : asked.error !== null ? (
            <ProblemNotice problem={asked.error} />
          ) : (progress?.texts ?? 0) > 0 ? (
            <Notice state="good" title="All that was found is reviewed">
              {progress !== undefined && progressOf(progress)}
            </Notice>
          ) : (
            <Notice state="idle" title="No detector found anything in this stretch of time">
              What detectors find waits here for an answer: is it one, or a false alarm?
            </Notice>
          )}
        </Table>
      </div>
      {openId !== undefined && current !== undefined && (
        <FindingDrawer finding={current.finding} same={current.same} onClose={() => onOpen(undefined)}>
          <p className={classes.says}>
            {mayDecide && (
              <>
                <Button small kind="main" onClick={() => act("y")}>
                  It is one
                </Button>
                <Button small onClick={() => act("n")}>
                  It is none
                </Button>
              </>
            )}
            {current.reported && <span className="muted">Somebody reported it.</span>}
          </p>
        </FindingDrawer>
      )}
    </>
  );
}

const none: Queued[] = [];
const questionId = (q: Queued) => idOf(q.finding);

/** Why a question stands where it does. */
function whyOf(q: Queued): string {
  if (q.reported) return "reported as none";
  if (q.narrowing > 0.1) return "few answers of this kind";
  if (q.same > 4) return "many of the same words";
  return q.uncertainty > 0.6 ? "near the threshold" : "rather sure";
}

function useColumns(): Column<Queued>[] {
  const titleOf = useKindTitle();
  return useMemo(
    () => [
      {
        id: "kind",
        head: "Is it one?",
        cell: (q) => (
          <span className={classes.when}>
            <StatusMark state={stateOf(q.finding.action)} />
            <span className="cut">{titleOf(q.finding.kind)}</span>
          </span>
        ),
      },
      { id: "rule", head: "Rule", width: 130, cell: (q) => <span className="mono">{q.finding.rule}</span> },
      {
        id: "sure",
        head: "Sure",
        width: 110,
        right: true,
        cell: (q) => (
          <span title={`The rule counts from ${Math.round(q.threshold_percent)} % on`}>
            {q.finding.score_percent} % <span className="faint">/ {Math.round(q.threshold_percent)}</span>
          </span>
        ),
      },
      { id: "same", head: "Same words", width: 100, right: true, cell: (q) => q.same },
      { id: "in", head: "In", width: 160, spare: true, cell: (q) => channelWord(q.finding.channel) },
      {
        id: "where",
        head: "Where",
        width: 190,
        spare: true,
        cell: (q) => (
          <span className="mono">
            {q.finding.where} {q.finding.start}–{q.finding.start + q.finding.length}
          </span>
        ),
      },
      { id: "why", head: "Why now", width: 180, spare: true, cell: (q) => <span className="muted">{whyOf(q)}</span> },
    ],
    [titleOf],
  );
}
