import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { api, get } from "../../api/client";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { Notice, ProblemNotice } from "../../design/Notice";
import { PlainTable } from "../../design/PlainTable";
import type { Column } from "../../design/Table";
import { useTimes } from "../../design/zone";
import classes from "./PoliciesPage.module.css";
import type { Policy, Replayed } from "./policies";
import { useWritten } from "./useWritten";

type Found = {
  looked: number;
  unjudged: number;
  refused: Replayed[];
  elsewhere: Replayed[];
  back: string | null;
  isDone: boolean;
};

const nothing: Found = { looked: 0, unjudged: 0, refused: [], elsewhere: [], back: null, isDone: false };

/** Rows that are drawn; the numbers count all. */
const shown = 200;

/** What a text would have refused of past calls: page by page, so that one sees how far it is and can stop. */
export function Replay({ policy }: { policy: Policy }) {
  const may = useMay();
  const { time } = useTimes();
  const [days, setDays] = useState("30");
  const [found, setFound] = useState<Found>();
  const [problem, setProblem] = useState<unknown>(null);
  const [isRunning, setRunning] = useState(false);
  const running = useRef<AbortController>(null);
  useEffect(() => () => running.current?.abort(), []);
  const { written } = useWritten(policy.level);
  const text = written ?? policy.draft?.text ?? policy.text;
  const what =
    written !== undefined ? "the text in the editor" : policy.draft != null ? "the draft in shadow" : "the policy in force";
  const run = async () => {
    const stop = new AbortController();
    running.current = stop;
    setProblem(null);
    setRunning(true);
    let all = nothing;
    setFound(all);
    const from = new Date(Date.now() - Number(days) * 86_400_000).toISOString();
    try {
      for (let cursor: string | null = null; ; ) {
        const page: Awaited<ReturnType<typeof ask>> = await ask(policy.level, text, from, cursor, stop.signal);
        all = {
          looked: all.looked + page.looked_at,
          unjudged: all.unjudged + page.unjudged,
          refused: [...all.refused, ...page.refused],
          elsewhere: [...all.elsewhere, ...page.elsewhere],
          back: page.looked_back_to ?? all.back,
          isDone: page.next == null,
        };
        setFound(all);
        if (page.next == null) break;
        cursor = page.next;
      }
    } catch (reason) {
      if (!stop.signal.aborted) setProblem(reason);
    } finally {
      setRunning(false);
    }
  };
  const columns: Column<Replayed>[] = [
    {
      id: "call",
      head: "Call",
      width: 150,
      cell: (c) => (
        <Link to="/calls" search={{ call: c.id }}>
          {time(c.at, new Date())}
        </Link>
      ),
    },
    { id: "asked", head: "Asked for", width: 180, cell: (c) => <span className="mono cut">{c.requested_model}</span> },
    { id: "why", head: "Why", cell: (c) => c.why },
  ];
  if (!may("policies.write")) return <Notice state="refused" title="A replay needs the permission policies.write." />;
  return (
    <>
      <p className="muted">
        Asks {what} of past calls, as routes, models and keys are now. Nothing is written. What needs the class of data or the
        words of a call cannot be judged from its record.
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
        {isRunning ? (
          <Button onClick={() => running.current?.abort()}>Stop</Button>
        ) : (
          <Button kind="main" onClick={() => void run()}>
            Replay
          </Button>
        )}
      </div>
      <ProblemNotice problem={problem} />
      {found !== undefined && (
        <Notice
          state={isRunning ? "running" : found.refused.length > 0 ? "risk" : "good"}
          title={
            found.looked === 0 && !isRunning
              ? "There are no calls in this time"
              : `Would have refused ${found.refused.length.toLocaleString("en")} of ${found.looked.toLocaleString("en")} calls`
          }
        >
          {found.elsewhere.length > 0 && `${found.elsewhere.length.toLocaleString("en")} would have gone elsewhere. `}
          {found.unjudged > 0 && `${found.unjudged.toLocaleString("en")} cannot be judged. `}
          {found.back !== null &&
            !found.isDone &&
            `Looked back to ${time(found.back, new Date())}${isRunning ? " so far" : ", then stopped"}.`}
        </Notice>
      )}
      {found !== undefined && found.refused.length > 0 && (
        <PlainTable
          label="Calls that would have been refused"
          columns={columns}
          rows={found.refused.slice(0, shown)}
          idOf={(c) => c.id}
        />
      )}
      {found !== undefined && found.elsewhere.length > 0 && (
        <PlainTable
          label="Calls that would have gone elsewhere"
          columns={columns}
          rows={found.elsewhere.slice(0, shown)}
          idOf={(c) => c.id}
        />
      )}
    </>
  );
}

const ask = (level: string, text: string, from: string, cursor: string | null, signal: AbortSignal) =>
  get(api.POST("/api/policies/replay", { body: { level, text, from, ...(cursor === null ? {} : { cursor }) }, signal }));
