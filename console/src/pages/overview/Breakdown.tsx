import { useNavigate } from "@tanstack/react-router";
import { seriesColour } from "../../design/colours";
import { count, duration, exactMoney, money, percent } from "../../design/format";
import { SortHead, type Sorting } from "../../design/SortHead";
import { type State, StatusMark } from "../../design/Status";
import { naturalOf, type Sortable, sortedRows } from "../../design/sort";
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

/** A group with its place in the chart. */
type Shown = { group: string; place: number; line: Line };

/** The groups of the chart with what each costs and gives: the legend of the chart. */
export function Breakdown({
  reports,
  by,
  at,
  names,
  sorting,
}: {
  reports: Reports;
  by: Grouping;
  at: { time: string };
  names: Names;
  sorting: Sorting;
}) {
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
  const failedShare = (l: Line) => (l.calls ? (failed.get(l.group[by] ?? "") ?? 0) / l.calls : 0);
  const caseOf = (l: Line) => (hasUseCase ? names.caseOf(l.group[by] ?? "") : undefined);
  const heads: (Sortable<Shown> & { head: string; right?: boolean; colSpan?: number })[] = [
    { id: "name", head: groupingNames[by], sort: ({ group }) => (group === "" ? null : names.of(by, group)) },
    ...(hasUseCase
      ? [
          {
            id: "workspace",
            head: "Workspace",
            sort: ({ line }: Shown) => {
              const useCase = caseOf(line);
              return useCase === undefined ? null : names.of("workspace", useCase.workspace_id);
            },
          },
          { id: "stage", head: "Stage", sort: ({ line }: Shown) => stages[caseOf(line)?.stage ?? ""]?.word },
        ]
      : []),
    { id: "calls", head: "Calls", right: true, sort: ({ line }) => line.calls },
    { id: "spend", head: "Spend", right: true, colSpan: 2, sort: ({ line }) => (isUnpriced(line) ? null : line.cost_nano_usd) },
    {
      id: "change",
      head: "Change",
      right: true,
      sort: ({ group, line }) => change(line.cost_nano_usd ?? 0, before.get(group)),
    },
    { id: "failed", head: "Failed", right: true, sort: ({ line }) => failedShare(line) },
    {
      id: "first",
      head: "First output",
      right: true,
      sort: ({ line }) => (line.first_output?.calls ? line.first_output.p95_us : null),
    },
  ];
  // The colour of a group is that of the chart, whatever the order here.
  const groups = shown.flatMap((group, place): Shown[] => {
    const line = byGroup.get(group);
    return line === undefined ? [] : [{ group, place, line }];
  });
  return (
    <table className={classes.groups} aria-label={`By ${groupingNames[by].toLowerCase()}`}>
      <thead>
        <tr>
          {heads.map(({ head, ...h }) => (
            <SortHead
              key={h.id}
              id={h.id}
              head={head}
              natural={naturalOf(h, groups)}
              right={h.right}
              colSpan={h.colSpan}
              sorting={sorting}
            />
          ))}
        </tr>
      </thead>
      <tbody>
        {sortedRows(groups, heads, sorting.by).map(({ group, place, line: l }) => {
          const useCase = caseOf(l);
          const stage = useCase === undefined ? undefined : stages[useCase.stage ?? ""];
          const share = failedShare(l);
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

const isUnpriced = (line: Line) => (line.cost_nano_usd ?? 0) === 0 && (line.unpriced_calls ?? 0) > 0;

/** Calls whose price is unknown are told, or the sum would seem to be all. */
function Spend({ line }: { line: Line }) {
  if (isUnpriced(line)) return <span className="muted">unpriced</span>;
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
