import { useNavigate } from "@tanstack/react-router";
import { seriesColour } from "../../design/colours";
import { count, duration, exactMoney, money, percent } from "../../design/format";
import { type State, StatusMark } from "../../design/Status";
import { useMayOpen } from "../../shell/LinkTo";
import { callsOf } from "../calls/link";
import type { Names } from "./names";
import classes from "./OverviewPage.module.css";
import { amountOf, change, type Grouping, type Line, leading, maxShown } from "./overview";
import type { Reports } from "./reports";
import { groupingNames } from "./Trend";

const stages: Record<string, { state: State; word: string }> = {
  draft: { state: "idle", word: "Draft" },
  staging: { state: "idle", word: "Staging" },
  canary: { state: "partial", word: "Canary" },
  production: { state: "good", word: "Production" },
  retired: { state: "left", word: "Retired" },
};

/** A share that is worth a look. */
const manyFail = 0.02;

/** The groups of the chart with what each costs and gives: the legend of the chart. */
export function Breakdown({ reports, by, at, names }: { reports: Reports; by: Grouping; at: { time: string }; names: Names }) {
  const navigate = useNavigate();
  const mayOpen = useMayOpen()("/calls");
  const isMono = by === "model" || by === "key";
  const lines = reports.groups?.lines ?? [];
  const shown = leading(lines, by, amountOf.spend);
  const byGroup = new Map(lines.map((l) => [l.group[by] ?? "", l]));
  const before = new Map((reports.groupsEarlier?.lines ?? []).map((l) => [l.group[by] ?? "", l.cost_nano_usd ?? 0]));
  const failed = new Map((reports.groupsFailed?.lines ?? []).map((l) => [l.group[by] ?? "", l.calls ?? 0]));
  const largest = Math.max(1, ...shown.map((g) => byGroup.get(g)?.cost_nano_usd ?? 0));
  const rest = lines.filter((l) => !shown.includes(l.group[by] ?? ""));
  const sum = (of: (l: Line) => number) => rest.reduce((all, l) => all + of(l), 0);
  const hasUseCase = by === "use_case";
  return (
    <table className={classes.groups} aria-label={`By ${groupingNames[by].toLowerCase()}`}>
      <thead>
        <tr>
          <th scope="col">{groupingNames[by]}</th>
          {hasUseCase && <th scope="col">Workspace</th>}
          {hasUseCase && <th scope="col">Stage</th>}
          <th scope="col" className={classes.right}>
            Calls
          </th>
          <th scope="col" className={classes.right} colSpan={2}>
            Spend
          </th>
          <th scope="col" className={classes.right}>
            Change
          </th>
          <th scope="col" className={classes.right}>
            Failed
          </th>
          <th scope="col" className={classes.right}>
            First output
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map((group, place) => {
          const l = byGroup.get(group);
          if (l === undefined) return null;
          const useCase = hasUseCase ? names.caseOf(group) : undefined;
          const stage = useCase === undefined ? undefined : stages[useCase.stage ?? ""];
          const share = l.calls ? (failed.get(group) ?? 0) / l.calls : 0;
          const search = mayOpen ? callsOf(at, [by, group]) : null;
          const open = search === null ? undefined : () => void navigate({ to: "/calls", search });
          return (
            <tr key={group} className={open === undefined ? undefined : classes.opens} onClick={open}>
              <td>
                <i className={classes.dot} style={{ background: `var(--${seriesColour(place)})` }} />
                {open === undefined ? (
                  <span className={group === "" ? "muted" : isMono ? "mono" : "strong"}>{names.of(by, group)}</span>
                ) : (
                  <button
                    type="button"
                    className={isMono ? "mono" : "strong"}
                    onClick={(e) => {
                      e.stopPropagation();
                      open();
                    }}
                  >
                    {names.of(by, group)}
                  </button>
                )}
              </td>
              {hasUseCase && (
                <td className="muted">{useCase === undefined ? "–" : names.of("workspace", useCase.workspace_id)}</td>
              )}
              {hasUseCase && (
                <td>
                  {stage === undefined ? (
                    "–"
                  ) : (
                    <span className={classes.stage}>
                      <StatusMark state={stage.state} />
                      {stage.word}
                    </span>
                  )}
                </td>
              )}
              <td className={classes.right}>{count(l.calls)}</td>
              <td className={classes.bar}>
                <i
                  style={{ width: `${((l.cost_nano_usd ?? 0) / largest) * 100}%`, background: `var(--${seriesColour(place)})` }}
                />
              </td>
              <td className={classes.right} title={exactMoney(l.cost_nano_usd ?? 0)}>
                <Spend line={l} />
              </td>
              <td className={`${classes.right} muted`}>{changeText(l.cost_nano_usd ?? 0, before.get(group))}</td>
              <td className={share >= manyFail ? `${classes.right} ${classes.risk}` : classes.right}>
                {share === 0 ? "0" : percent(share)}
              </td>
              <td className={classes.right}>{l.first_output?.calls ? duration(l.first_output.p95_us) : "–"}</td>
            </tr>
          );
        })}
        {rest.length > 0 && (
          <tr>
            <td className="muted">
              <i className={classes.dot} style={{ background: "var(--series-other)" }} />
              {rest.length === 1 ? "1 other" : `${rest.length} others`}
            </td>
            {hasUseCase && <td />}
            {hasUseCase && <td />}
            <td className={classes.right}>{count(sum((l) => l.calls ?? 0))}</td>
            <td className={classes.bar}>
              <i style={{ width: `${Math.min(1, sum(amountOf.spend) / largest) * 100}%`, background: "var(--series-other)" }} />
            </td>
            <td className={classes.right}>{money(sum(amountOf.spend))}</td>
            <td className={`${classes.right} muted`}>
              {changeText(
                sum(amountOf.spend),
                rest.reduce((all, l) => all + (before.get(l.group[by] ?? "") ?? 0), 0),
              )}
            </td>
            <td className={classes.right}>
              {percent(
                rest.reduce((all, l) => all + (failed.get(l.group[by] ?? "") ?? 0), 0) /
                  Math.max(
                    1,
                    sum((l) => l.calls ?? 0),
                  ),
              )}
            </td>
            <td className={classes.right}>–</td>
          </tr>
        )}
      </tbody>
      {lines.length > maxShown + 1 && <caption className="unseen">The first {maxShown} by spend</caption>}
    </table>
  );
}

/** Calls whose price is unknown are told, or the sum would seem to be all. */
function Spend({ line }: { line: Line }) {
  if ((line.cost_nano_usd ?? 0) === 0 && (line.unpriced_calls ?? 0) > 0) return <span className="muted">unpriced</span>;
  return (
    <>
      {money(line.cost_nano_usd)}
      {(line.unpriced_calls ?? 0) > 0 && <span title={`and ${count(line.unpriced_calls)} calls without a price`}>+</span>}
    </>
  );
}

function changeText(now: number, before: number | undefined): string {
  const by = change(now, before);
  if (by === undefined) return now === 0 ? "–" : "new";
  return `${by > 0 ? "+" : by < 0 ? "−" : ""}${percent(Math.abs(by), 1)}`;
}
