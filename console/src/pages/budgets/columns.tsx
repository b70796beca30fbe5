import { count as countText, exactMoney, money, shortMoney, time, unknown, type Zone } from "../../design/format";
import { Icon } from "../../design/Icon";
import { MeterBar } from "../../design/MeterBar";
import { StatusMark } from "../../design/Status";
import type { Column } from "../../design/Table";
import { useZone } from "../../design/zone";
import classes from "./BudgetsPage.module.css";
import { type Meter, standingOf, units, windowOnly } from "./meter";
import { nothing, type TreeRow } from "./tree";

type Look = { now: Date; decimals: number; asked: ReadonlySet<string>; onFold: (id: string) => void };

/** An amount of what the meter counts; every digit of money on hover. A budget of cents is not shown as nothing beside one of thousands. */
export function amount(meter: Meter, value: number, decimals: number, isBare = true): string {
  if (meter.unit !== "nano_usd") return countText(value);
  const text = money(value, meter.limit < 1e9 ? 4 : decimals);
  return isBare ? text.replace("$", "") : text;
}

export function columnsOf({ now, decimals, asked, onFold }: Look): Column<TreeRow>[] {
  const number = (of: (row: TreeRow & { line: NonNullable<TreeRow["line"]> }) => number, tone?: (row: TreeRow) => string) => {
    return (row: TreeRow) => {
      const { line } = row;
      if (line === undefined || line.count === nothing) return null;
      const value = of({ ...row, line });
      return (
        <span className={tone?.(row)} title={line.meter.unit === "nano_usd" ? exactMoney(value) : undefined}>
          {amount(line.meter, value, decimals)}
        </span>
      );
    };
  };
  // Money alone is compared with money: requests and tokens beside it stay in their order, at the end.
  const dollars = (of: (line: NonNullable<TreeRow["line"]>) => number) => (row: TreeRow) =>
    row.line === undefined || row.line.count === nothing || row.line.meter.unit !== "nano_usd" ? null : of(row.line);
  return [
    {
      id: "name",
      head: "Budget",
      sort: (row) => row.branch.name,
      cell: (row) => <Name row={row} onFold={onFold} isAsked={asked.has(row.line?.meter.id ?? "")} />,
    },
    {
      id: "window",
      head: "Window",
      width: 76,
      cell: ({ line }) => line && <span className="muted">{windowOnly(line.meter)}</span>,
    },
    {
      id: "bar",
      head: "Of limit",
      width: 160,
      sort: ({ line }) =>
        line === undefined || line.count === nothing || line.meter.limit === 0
          ? null
          : (line.count.spent + line.count.held) / line.meter.limit,
      cell: ({ line }) => line && line.count !== nothing && <Bar line={line} now={now} />,
    },
    {
      id: "spent",
      head: "Spent",
      width: 84,
      right: true,
      sort: dollars((l) => l.count.spent),
      cell: number((r) => r.line.count.spent),
    },
    {
      id: "held",
      head: "Held",
      width: 64,
      right: true,
      spare: true,
      sort: dollars((l) => l.count.held),
      cell: number(
        (r) => r.line.count.held,
        () => "muted",
      ),
    },
    {
      id: "limit",
      head: "Limit",
      width: 84,
      right: true,
      sort: ({ line }) => (line?.meter.unit === "nano_usd" ? line.meter.limit : null),
      cell: ({ line }) =>
        line && (
          <span className="muted" title={line.meter.unit === "nano_usd" ? exactMoney(line.meter.limit) : undefined}>
            {amount(line.meter, line.meter.limit, decimals)}
          </span>
        ),
    },
    {
      id: "left",
      head: "Left",
      width: 84,
      right: true,
      sort: dollars((l) => Math.max(0, l.meter.limit - l.count.spent - l.count.held)),
      cell: number(
        (r) => Math.max(0, r.line.meter.limit - r.line.count.spent - r.line.count.held),
        ({ line }) => (line && standingOf(line.meter, line.count, now).state === "failed" ? classes.bad : "") ?? "",
      ),
    },
    {
      id: "forecast",
      head: "Forecast",
      width: 104,
      right: true,
      // What is spent comes before what will be; what lasts has no day.
      sort: ({ line }) => (line === undefined || line.count === nothing ? null : endOf(line, now)),
      sortsUp: true,
      cell: ({ line }) => line && <Outlook line={line} now={now} />,
    },
  ];
}

function Name({ row, onFold, isAsked }: { row: TreeRow; onFold: (id: string) => void; isAsked: boolean }) {
  const { branch, depth, isFirst, isOpen, line } = row;
  if (!isFirst)
    return (
      <span className={`faint ${classes.more}`} style={{ paddingLeft: depth * 20 + 20 }}>
        <span className="unseen">{branch.name}, </span>
        {line === undefined || line.meter.is_budget ? <span className="unseen">budget</span> : units[line.meter.unit]}
      </span>
    );
  const isCode = branch.kind === "key" || branch.kind === "model" || branch.kind === "route";
  return (
    <span className={classes.name} style={{ paddingLeft: depth * 20 }}>
      {branch.below.length > 0 ? (
        <button
          type="button"
          className={classes.fold}
          aria-expanded={isOpen}
          aria-label={`What is below ${branch.name}`}
          onClick={(event) => {
            event.stopPropagation();
            onFold(branch.id);
          }}
        >
          <Icon name={isOpen ? "down" : "right"} size={12} />
        </button>
      ) : (
        <i className={classes.nofold} />
      )}
      <span className={`cut ${isCode ? "mono" : depth < 2 ? "strong" : ""}`}>{branch.name}</span>
      {branch.kind !== undefined && <span className={classes.kind}>{branch.kind}</span>}
      {line !== undefined && !line.meter.is_budget && <span className={classes.kind}>{units[line.meter.unit]}</span>}
      {line?.meter.shadow_only && <span className={classes.kind}>counts only</span>}
      {line?.meter.disabled && <span className={classes.kind}>off</span>}
      {isAsked && <span className={classes.asked}>more asked</span>}
    </span>
  );
}

function Bar({ line: { meter, count }, now }: { line: NonNullable<TreeRow["line"]>; now: Date }) {
  const { gone, tone } = standingOf(meter, count, now);
  return <MeterBar spent={count.spent} held={count.held} limit={meter.limit} gone={gone} tone={tone} />;
}

function endOf({ meter, count }: NonNullable<TreeRow["line"]>, now: Date): number | null {
  const { isSpent, runsOut } = standingOf(meter, count, now);
  return meter.disabled ? null : isSpent ? 0 : (runsOut?.getTime() ?? null);
}

/** When it runs out, or what it comes to at the end of its window. */
function Outlook({ line: { meter, count }, now }: { line: NonNullable<TreeRow["line"]>; now: Date }) {
  const [zone] = useZone();
  if (count === nothing) return null;
  const { state, isSpent, runsOut } = standingOf(meter, count, now);
  if (meter.disabled) return <span className="muted">off</span>;
  if (isSpent)
    return (
      <span className={`${classes.outlook} ${classes.bad}`}>
        <StatusMark state="failed" size={13} /> {meter.shadow_only ? "Would stop" : "Stopped"}
      </span>
    );
  const { forecast } = count;
  if (runsOut !== undefined)
    return (
      <span
        className={`${classes.outlook} ${state === "failed" ? classes.bad : classes.warn}`}
        title={between(forecast?.runs_out_earliest, forecast?.runs_out_latest, now, zone)}
      >
        <StatusMark state={state === "failed" ? "failed" : "risk"} size={13} /> {shortDay(runsOut, now, zone)}
      </span>
    );
  if (forecast?.expected_nano_usd == null) return <span className="faint">{meter.is_budget ? unknown : ""}</span>;
  return (
    <span
      className="muted"
      title={`Between ${shortMoney(forecast.low_nano_usd)} and ${shortMoney(forecast.high_nano_usd)} at the end of the window, in four cases of five`}
    >
      ~{shortMoney(forecast.expected_nano_usd)}
    </span>
  );
}

/** 15:10 today, 24 Nov else. */
export function shortDay(at: Date, now: Date, zone: Zone): string {
  const text = time(at, now, zone);
  return /^\d\d:/.test(text) ? text.slice(0, 5) : text.replace(/ \d\d:\d\d$/, "");
}

/** Between 22 and 26 Nov, said with what may be unknown. */
export function between(
  earliest: string | null | undefined,
  latest: string | null | undefined,
  now: Date,
  zone: Zone,
): string | undefined {
  if (earliest == null) return undefined;
  const from = shortDay(new Date(earliest), now, zone);
  return latest == null
    ? `From ${from} on, or not in this window, in four cases of five`
    : from === shortDay(new Date(latest), now, zone)
      ? "On that day in four cases of five"
      : `Between ${from} and ${shortDay(new Date(latest), now, zone)} in four cases of five`;
}
