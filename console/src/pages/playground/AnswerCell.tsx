import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../design/Button";
import { count, money } from "../../design/format";
import { LongText } from "../../design/LongText";
import { Markdown } from "../../design/Markdown";
import { StatusMark } from "../../design/Status";
import { useMayOpen } from "../../shell/LinkTo";
import classes from "./Answers.module.css";
import type { ToolCall } from "./draft";
import type { Hold } from "./useHolds";
import type { Result } from "./useRuns";

export type View = "fields" | "text" | "json";

/** Markdown is set anew with every chunk: beyond this, when the answer has ended. */
const maxGrowing = 20_000;

/** What a column says: the answer, what went wrong in place of it or behind it, or what would happen. */
export function AnswerCell({ result, hold, view }: { result: Result | undefined; hold: Hold | undefined; view: View }) {
  if (result === undefined)
    return hold !== undefined && !hold.would_pass ? (
      <Trouble state="refused" says={`Would be refused: ${hold.reason ?? "the call does not pass"}`} advice="" />
    ) : (
      <span className="faint">Not run yet</span>
    );
  const { answer } = result;
  const isRunning = result.state === "running";
  return (
    <>
      {answer.refusal !== "" && <Trouble state="risk" says="The model declined" advice={answer.refusal} />}
      {answer.text !== "" && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
        <section className={classes.said} aria-label="Answer" tabIndex={0}>
          <Said text={answer.text} view={view} isRunning={isRunning} />
        </section>
      )}
      {isRunning && answer.isEmpty && (
        <span className="muted">{answer.reasoning === "" ? "Waiting for the first output" : "Thinking"}</span>
      )}
      {isRunning && <i className={classes.caret} aria-hidden="true" />}
      {!isRunning && answer.isEmpty && result.error === undefined && result.state === "answered" && (
        <span className="muted">It ended without an answer.</span>
      )}
      {result.state === "left" && <Trouble state="left" says="Stopped" advice={leftText(result)} />}
      {result.error !== undefined && (
        <Trouble
          state={result.state === "refused" ? "refused" : "failed"}
          says={result.error.says}
          advice={result.error.advice}
        />
      )}
      {answer.others > 0 && <p className="muted">and {count(answer.others)} more choices, which are not shown</p>}
    </>
  );
}

function leftText({ record, call }: Result): string {
  if (record !== undefined)
    return record.cost_nano_usd > 0
      ? `What had come is billed: ${money(record.cost_nano_usd, 4)}.`
      : "Nothing had come, so nothing is billed.";
  return call === undefined ? "Nothing had come yet." : "What had come is billed.";
}

function Said({ text, view, isRunning }: { text: string; view: View; isRunning: boolean }) {
  if (view === "json") return <LongText text={pretty(text)} isCode />;
  return isRunning && text.length > maxGrowing ? <LongText text={text} /> : <Markdown text={text} />;
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function Trouble({ state, says, advice }: { state: "refused" | "failed" | "left" | "risk"; says: string; advice: string }) {
  return (
    <div className={classes.trouble} role={state === "failed" || state === "refused" ? "alert" : undefined}>
      <StatusMark state={state} size={15} />
      <div>
        <p className="strong">{says}</p>
        {advice !== "" && <p className="muted">{advice}</p>}
      </div>
    </div>
  );
}

/** Arguments that are no longer stand in a line. */
const maxLine = 80;

/** What is drawn at once of calls; a model may make thousands. */
const step = 20;

/** What the model wants to have called. Nothing is run here. */
export function CallsCell({ calls }: { calls: readonly ToolCall[] }) {
  const [shown, setShown] = useState(step);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <ol className={`${classes.calls} ${classes.said}`} aria-label="Tool calls" tabIndex={0}>
        {calls.slice(0, shown).map((call, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: calls are only added
          <li key={at}>
            <span className="mono strong">{call.name === "" ? "–" : call.name}</span>
            <LongText text={call.args.length <= maxLine ? call.args : pretty(call.args)} isCode />
          </li>
        ))}
      </ol>
      {calls.length > shown && (
        <div className={classes.more}>
          <span className="muted num">
            {count(shown)} of {count(calls.length)} calls
          </span>
          <Button small onClick={() => setShown(shown + 100)}>
            Show 100 more
          </Button>
        </div>
      )}
    </>
  );
}

/** Leads to the record of the call. */
export function CallLink({ result }: { result: Result | undefined }) {
  const mayOpen = useMayOpen();
  if (result?.call === undefined || !mayOpen("/calls")) return null;
  return (
    <Link to="/calls" search={{ call: result.call }}>
      Open call
    </Link>
  );
}
