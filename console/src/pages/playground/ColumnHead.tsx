import { Button } from "../../design/Button";
import { Menu } from "../../design/Menu";
import { type State, StatusMark } from "../../design/Status";
import classes from "./Answers.module.css";
import { type Language, languages } from "./code";
import { type Column, type Draft, settingsOf, whyFull } from "./draft";
import { saySettings } from "./SettingsForm";
import type { Hold } from "./useHolds";
import type { Result } from "./useRuns";

export type ColumnActs = {
  run: (column: Column) => void;
  stop: (column: Column) => void;
  edit: (column: Column) => void;
  copy: (column: Column) => void;
  remove: (column: Column) => void;
  code: (column: Column, language: Language) => void;
  goOn: (column: Column) => void;
};

export const stateMarks: Record<Result["state"], { state: State; word: string }> = {
  running: { state: "running", word: "Running" },
  answered: { state: "good", word: "Answered" },
  failed: { state: "failed", word: "Failed" },
  refused: { state: "refused", word: "Refused" },
  left: { state: "left", word: "Stopped" },
};

/** Whom a column asks, with what settings, and what can be done with it. */
export function ColumnHead({
  column,
  draft,
  result,
  hold,
  why,
  acts,
}: {
  column: Column;
  draft: Draft;
  result: Result | undefined;
  hold: Hold | undefined;
  /** Why it cannot be run. */
  why: string | undefined;
  acts: ColumnActs;
}) {
  const mark = result === undefined ? undefined : stateMarks[result.state];
  const isRunning = result?.state === "running";
  return (
    <div className={classes.head}>
      <div className={classes.model}>
        <StatusMark state={mark?.state ?? "idle"} label={mark?.word ?? "Not run"} size={15} />
        <b className="mono cut" title={column.model}>
          {column.model}
        </b>
        {isRunning ? (
          <Button small icon="stop" aria-label={`Stop ${column.model}`} onClick={() => acts.stop(column)}>
            Stop
          </Button>
        ) : (
          <Button
            small
            kind="quiet"
            icon="play"
            aria-label={`Run ${column.model}`}
            title="Run this column"
            why={why}
            onClick={() => acts.run(column)}
          />
        )}
        <Menu
          items={[
            { name: "Model and settings", onSelect: () => acts.edit(column) },
            { name: "Another column like this", icon: "plus", why: whyFull(draft), onSelect: () => acts.copy(column) },
            {
              name: "Go on from this answer",
              why: result === undefined || isRunning || result.answer.isEmpty ? "There is no answer yet" : undefined,
              onSelect: () => acts.goOn(column),
            },
            "rule",
            ...languages.map((l) => ({
              name: `Copy as ${l.name}`,
              icon: "code" as const,
              why,
              onSelect: () => acts.code(column, l.id),
            })),
            "rule",
            { name: "Remove the column", icon: "close", onSelect: () => acts.remove(column) },
          ]}
        >
          <Button small kind="quiet" icon="dots" aria-label={`More of ${column.model}`} />
        </Menu>
      </div>
      <div className="muted cut">{whereTo(result, hold)}</div>
      <div className="muted cut">{saySettings(settingsOf(draft, column))}</div>
    </div>
  );
}

/** The deployment that answered, or the one that would be asked first. */
function whereTo(result: Result | undefined, hold: Hold | undefined): string {
  const record = result?.record;
  if (record?.provider != null) return record.model == null ? record.provider : `${record.provider}, ${record.model}`;
  const first = hold?.deployments[0];
  if (first === undefined) return hold?.would_pass === false ? "Leads nowhere now" : "–";
  return `${first.connection}, ${first.model}`;
}
