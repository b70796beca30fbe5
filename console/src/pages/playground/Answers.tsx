import { type ReactNode, useMemo, useRef } from "react";
import { LongText } from "../../design/LongText";
import { StatusMark } from "../../design/Status";
import { AnswerCell, CallLink, CallsCell, type View } from "./AnswerCell";
import classes from "./Answers.module.css";
import { type ColumnActs, ColumnHead } from "./ColumnHead";
import { type Check, checksOf } from "./checks";
import type { Draft } from "./draft";
import { objectIn, type Row, rowsOf } from "./fields";
import { Measures } from "./Measures";
import type { Hold } from "./useHolds";
import type { Result } from "./useRuns";

/** The answers as objects, and their fields; none when no answer is one. */
export function useFields(results: readonly (Result | undefined)[]) {
  return useMemo(() => {
    const growing = results.map((r) => r?.state === "running");
    const objects = results.map((r) => (r === undefined ? undefined : objectIn(r.answer.text, r.state === "running")));
    const isAny = objects.some((o) => o !== undefined);
    return { objects, rows: isAny ? rowsOf(objects, growing) : [] };
  }, [results]);
}

/** The checks of all answers; those of an answer that stands as it was are not made again while another is written. */
function useChecks(results: readonly (Result | undefined)[]): readonly (readonly Check[])[] {
  const made = useRef(new WeakMap<object, Check[]>());
  return results.map((r) => {
    if (r === undefined) return [];
    if (r.state === "running") return checksOf(r.draft, r.answer, true);
    const known = made.current.get(r.answer) ?? checksOf(r.draft, r.answer, false);
    made.current.set(r.answer, known);
    return known;
  });
}

/** One sheet: a column for each model or setting, rows aligned. */
export function Answers({
  draft,
  results,
  holds,
  fields,
  view,
  whyNot,
  acts,
  onPrefer,
}: {
  draft: Draft;
  results: readonly (Result | undefined)[];
  holds: readonly (Hold | undefined)[];
  fields: ReturnType<typeof useFields>;
  view: View;
  whyNot: (at: number) => string | undefined;
  acts: ColumnActs;
  onPrefer: (at: number) => void;
}) {
  const cell = (show: (at: number) => ReactNode, name?: (at: number) => string | undefined) =>
    draft.columns.map((c, at) => (
      <td key={c.id} className={name?.(at)}>
        {show(at)}
      </td>
    ));
  const byField = view === "fields" && fields.rows.length > 0;
  const others = results.some((_, at) => fields.objects[at] === undefined);
  const checks = useChecks(results);
  const checkNames = [...new Set(checks.flatMap((all) => all.map((c) => c.name)))];
  const hasRun = results.some((r) => r !== undefined);
  return (
    <div className={classes.scroller}>
      <table className={classes.sheet} style={{ minWidth: 136 + draft.columns.length * 240 }}>
        <colgroup>
          <col width={136} />
          {draft.columns.map((c) => (
            <col key={c.id} />
          ))}
        </colgroup>
        <thead>
          <tr>
            <td />
            {draft.columns.map((c, at) => (
              <th key={c.id} scope="col">
                <ColumnHead column={c} draft={draft} result={results[at]} hold={holds[at]} why={whyNot(at)} acts={acts} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Group name="Answer" columns={draft.columns.length} />
          {byField && fields.rows.map((row) => <FieldRow key={row.path} row={row} objects={fields.objects} results={results} />)}
          {(!byField || others || results.some((r) => r?.error !== undefined || r?.state === "left")) && (
            <tr>
              <th scope="row">{byField ? "As text" : "Text"}</th>
              {cell((at) =>
                byField &&
                fields.objects[at] !== undefined &&
                results[at]?.error === undefined &&
                results[at]?.state !== "left" ? (
                  <span className="faint">–</span>
                ) : (
                  <AnswerCell result={results[at]} hold={holds[at]} view={view} />
                ),
              )}
            </tr>
          )}
          {results.some((r) => r !== undefined && r.answer.reasoning !== "") && (
            <tr>
              <th scope="row">Reasoning</th>
              {cell((at) => {
                const reasoning = results[at]?.answer.reasoning ?? "";
                return reasoning === "" ? (
                  <span className="faint">–</span>
                ) : (
                  <details>
                    <summary>Show</summary>
                    <LongText text={reasoning} />
                  </details>
                );
              })}
            </tr>
          )}
          {results.some((r) => r !== undefined && r.answer.calls.length > 0) && (
            <tr>
              <th scope="row">Tool calls</th>
              {cell((at) => {
                const calls = results[at]?.answer.calls ?? [];
                return calls.length === 0 ? <span className="faint">–</span> : <CallsCell calls={calls} />;
              })}
            </tr>
          )}
          {checkNames.length > 0 && <Group name="Checks" columns={draft.columns.length} />}
          {checkNames.map((name) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {cell((at) => {
                const check = checks[at]?.find((c) => c.name === name);
                return check === undefined ? <span className="faint">–</span> : <CheckCell check={check} />;
              })}
            </tr>
          ))}
          <Group name={hasRun ? "Measured" : "Before the run"} columns={draft.columns.length} />
          <Measures results={results} holds={holds} />
          {hasRun && (
            <>
              <tr>
                <th scope="row">Record</th>
                {cell((at) => (
                  <CallLink result={results[at]} />
                ))}
              </tr>
              <tr>
                <th scope="row">Best answer</th>
                {cell((at) => (
                  <label className={classes.prefer}>
                    <input type="radio" name="preferred" checked={draft.preferred === at} onChange={() => onPrefer(at)} />
                    <span>{draft.preferred === at ? "Preferred" : "Prefer"}</span>
                    <kbd>{at + 1}</kbd>
                  </label>
                ))}
              </tr>
            </>
          )}
        </tbody>
      </table>
    </div>
  );
}

function Group({ name, columns }: { name: string; columns: number }) {
  return (
    <tr className={classes.group}>
      <th scope="rowgroup" colSpan={columns + 1}>
        {name}
      </th>
    </tr>
  );
}

function FieldRow({
  row,
  objects,
  results,
}: {
  row: Row;
  objects: readonly (object | undefined)[];
  results: readonly (Result | undefined)[];
}) {
  const differs = row.differs.some(Boolean);
  return (
    <tr>
      <th scope="row">
        <span className={classes.path}>
          <span className="mono">{row.path}</span>
          {differs && <span className={classes.differs}>differs</span>}
        </span>
      </th>
      {row.values.map((value, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a cell for each column, in their order
        <td key={at} className={row.differs[at] ? classes.other : undefined}>
          {value !== undefined ? (
            <LongText text={value} isCode={!/[^\S\n]/.test(value)} />
          ) : objects[at] === undefined ? (
            <span className="faint">–</span>
          ) : results[at]?.state === "running" ? (
            <i className={classes.coming} role="img" aria-label="Still to come" />
          ) : (
            <span className="muted">not there</span>
          )}
        </td>
      ))}
    </tr>
  );
}

function CheckCell({ check }: { check: Check }) {
  return (
    <>
      <span className={classes.check}>
        <StatusMark state={check.state} size={15} />
        {check.says}
      </span>
      {check.more !== undefined && (
        <ul className={classes.faults}>
          {check.more.map((m) => (
            <li key={m}>{m}</li>
          ))}
        </ul>
      )}
    </>
  );
}
