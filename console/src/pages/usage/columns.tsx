import { count, exactMoney, money, type Zone } from "../../design/format";
import type { SortValue } from "../../design/sort";
import type { Column } from "../../design/Table";
import { LinkTo } from "../../shell/LinkTo";
import type { Cell, Pivot, PivotRow } from "./pivot";
import classes from "./UsagePage.module.css";
import {
  type Asked,
  callsLink,
  decimalsFor,
  type Grouping,
  isTime,
  type Line,
  labelOf,
  type Measure,
  nameOf,
  type Report,
  tokensIn,
} from "./usage";

type Names = Readonly<Record<string, string>>;

const mono: ReadonlySet<Grouping> = new Set(["model", "route", "key"]);

function Group({ grouping, value, names }: { grouping: Grouping; value: string; names: Names }) {
  const className = value === "" ? "muted" : mono.has(grouping) ? "mono" : undefined;
  return (
    <span className={className} title={value}>
      {nameOf(grouping, value, names)}
    </span>
  );
}

/** A line a group: who used how much, and what it costs. */
export function listColumns(report: Report, asked: Asked, zone: Zone): Column<Line>[] {
  const { total, names } = report;
  const decimals = decimalsFor(total.cost_nano_usd);
  const usd = (nano: number) => <span title={exactMoney(nano)}>{money(nano, decimals).replace("$", "")}</span>;
  const money$ = (id: string, head: string, of: (line: Line) => number, width = 104): Column<Line> => ({
    id,
    head,
    width,
    right: true,
    sort: (l) => (of(l) === 0 && l.unpriced_calls > 0 ? null : of(l)),
    cell: (l) => usd(of(l)),
    foot: usd(of(total)),
  });
  const isAdjusted = total.adjusted_nano_usd !== 0 || report.lines.some((l) => l.adjusted_nano_usd !== 0);
  return [
    ...asked.by.map(
      (grouping, i): Column<Line> => ({
        id: grouping,
        head: labelOf(grouping),
        sort: (l) => groupSort(grouping, l.group[grouping] ?? "", names),
        cell: (l) => <Group grouping={grouping} value={l.group[grouping] ?? ""} names={names} />,
        foot: i === 0 ? "Sum" : "",
      }),
    ),
    {
      id: "calls",
      head: "Calls",
      width: 96,
      right: true,
      sort: (l) => l.calls,
      cell: (l) => (
        <LinkTo
          to="/calls"
          className="plain"
          search={callsLink(l.group, asked, zone)}
          onClick={(event) => event.stopPropagation()}
        >
          {count(l.calls)}
        </LinkTo>
      ),
      foot: count(total.calls),
    },
    {
      id: "unpriced",
      head: "Unpriced",
      width: 76,
      right: true,
      spare: true,
      sort: (l) => l.unpriced_calls,
      cell: (l) => <span className={l.unpriced_calls > 0 ? classes.warn : "faint"}>{count(l.unpriced_calls)}</span>,
      foot: count(total.unpriced_calls),
    },
    {
      id: "in",
      head: "Tokens in",
      width: 116,
      right: true,
      sort: tokensIn,
      cell: (l) => count(tokensIn(l)),
      foot: count(tokensIn(total)),
    },
    {
      id: "out",
      head: "Tokens out",
      width: 104,
      right: true,
      sort: (l) => l.output_tokens + l.reasoning_tokens,
      cell: (l) => count(l.output_tokens + l.reasoning_tokens),
      foot: count(total.output_tokens + total.reasoning_tokens),
    },
    {
      id: "hits",
      head: "From cache",
      width: 88,
      right: true,
      spare: true,
      sort: (l) => l.cache_hits,
      cell: (l) => count(l.cache_hits),
      foot: count(total.cache_hits),
    },
    { ...money$("saved", "Saved $", (l) => l.saved_nano_usd, 96), spare: true },
    ...(isAdjusted
      ? [money$("billed", "Billed $", (l) => l.billed_nano_usd), money$("adjusted", "Adjusted $", (l) => l.adjusted_nano_usd, 92)]
      : []),
    money$("cost", isAdjusted ? "Final $" : "Cost $", (l) => l.cost_nano_usd),
  ];
}

/** A group by its name, a time by when it is; what belongs to none stands last. */
function groupSort(grouping: Grouping, value: string, names: Names): SortValue {
  return value === "" ? null : isTime(grouping) ? Date.parse(value) : nameOf(grouping, value, names);
}

/** The first dimension down, the second across; every cell leads to its calls. */
export function pivotColumns(
  pivot: Pivot,
  down: Grouping,
  across: Grouping,
  measure: Measure,
  report: Report,
  asked: Asked,
  zone: Zone,
): Column<PivotRow>[] {
  const isMoney = measure === "cost" || measure === "saved";
  const decimals = decimalsFor(pivot.sum);
  const text = (value: number) => (isMoney ? money(value, decimals).replace("$", "") : count(value));
  const exact = (value: number) => (isMoney ? exactMoney(value) : undefined);
  // No calls are zero; calls without a price are not.
  const cellSort = (cell: Cell | undefined) =>
    cell === undefined ? 0 : measure === "cost" && cell.isUnpriced && cell.value === 0 ? null : cell.value;
  const cell = (cell: Cell | undefined, group: Record<string, string> | undefined) =>
    cell === undefined ? (
      <span className="faint">0</span>
    ) : group === undefined ? (
      <span title={exact(cell.value)}>{text(cell.value)}</span>
    ) : (
      <LinkTo
        to="/calls"
        className="plain"
        search={callsLink(group, asked, zone)}
        title={exact(cell.value)}
        onClick={(event) => event.stopPropagation()}
      >
        {text(cell.value)}
        {cell.isUnpriced && measure === "cost" && <span className={classes.warn}> +</span>}
      </LinkTo>
    );
  return [
    {
      id: "down",
      head: `${labelOf(down)} \\ ${labelOf(across)}`,
      width: 200,
      sort: (r) => groupSort(down, r.key, report.names),
      cell: (r) => <Group grouping={down} value={r.key} names={report.names} />,
      foot: "Sum",
    },
    ...pivot.columns.map(
      (c): Column<PivotRow> => ({
        id: `c ${c.key}`,
        head: nameOf(across, c.key, report.names),
        right: true,
        sort: (r) => cellSort(r.cells.get(c.key)),
        cell: (r) => cell(r.cells.get(c.key), { [down]: r.key, [across]: c.key }),
        foot: <span title={exact(c.sum)}>{text(c.sum)}</span>,
      }),
    ),
    ...(pivot.others > 0
      ? [
          {
            id: "rest",
            head: `${pivot.others} others`,
            right: true,
            sort: (r: PivotRow) => cellSort(r.rest),
            cell: (r: PivotRow) => cell(r.rest, undefined),
            foot: <span title={exact(pivot.restSum)}>{text(pivot.restSum)}</span>,
          },
        ]
      : []),
    {
      id: "sum",
      head: isMoney ? "Sum $" : "Sum",
      width: 104,
      right: true,
      sort: (r) => r.sum,
      cell: (r) => (
        <LinkTo
          to="/calls"
          search={callsLink({ [down]: r.key }, asked, zone)}
          title={exact(r.sum)}
          className="plain strong"
          onClick={(event) => event.stopPropagation()}
        >
          {text(r.sum)}
        </LinkTo>
      ),
      foot: <span title={exact(pivot.sum)}>{text(pivot.sum)}</span>,
    },
  ];
}
