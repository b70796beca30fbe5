import { DayBars } from "../../design/DayBars";
import { ago, count, fullTime, money, time, type Zone } from "../../design/format";
import { StatusMark } from "../../design/Status";
import { momentOf } from "../../design/sort";
import type { Column } from "../../design/Table";
import classes from "./KeysPage.module.css";
import { type Key, stateOf, sum, type Use } from "./keys";

export type KeyNames = {
  caseOf: (key: Key) => string | undefined;
  ownerOf: (key: Key) => string | undefined;
};

/** `uses` is left out where one may not see reports. */
export function columnsOf(names: KeyNames, uses: ReadonlyMap<string, Use> | undefined, now: Date, zone: Zone): Column<Key>[] {
  const used: Column<Key>[] =
    uses === undefined
      ? []
      : [
          {
            id: "strip",
            head: "14 days",
            width: 104,
            spare: true,
            cell: (k) => {
              const use = uses.get(k.id);
              return use === undefined ? (
                <span className="faint">no calls</span>
              ) : (
                <DayBars
                  values={use.calls}
                  label={`${count(sum(use.calls))} calls in 14 days, ${count(use.calls.at(-1))} today`}
                />
              );
            },
          },
          {
            id: "calls",
            head: "Calls",
            width: 80,
            right: true,
            sort: (k) => sum(uses.get(k.id)?.calls ?? []),
            cell: (k) => count(sum(uses.get(k.id)?.calls ?? [])),
          },
          {
            id: "cost",
            head: "Cost",
            width: 80,
            right: true,
            spare: true,
            sort: (k) => sum(uses.get(k.id)?.cost ?? []),
            cell: (k) => money(sum(uses.get(k.id)?.cost ?? []), 2),
          },
        ];
  return [
    {
      id: "name",
      head: "Name",
      sort: (k) => k.name,
      cell: (k) => (
        <span className={classes.name}>
          <StatusMark state={stateOf(k, now).state} label={stateOf(k, now).word} />
          <span className="mono cut">{k.name}</span>
        </span>
      ),
    },
    { id: "prefix", head: "Prefix", width: 130, spare: true, cell: (k) => <span className="mono muted">{k.prefix}…</span> },
    {
      id: "owner",
      head: "For",
      sort: (k) => names.ownerOf(k) ?? names.caseOf(k),
      cell: (k) => names.ownerOf(k) ?? names.caseOf(k) ?? "–",
    },
    {
      id: "routes",
      head: "May call",
      spare: true,
      cell: (k) => <span className="muted">{k.allowed_routes.length > 0 ? k.allowed_routes.join(", ") : "all"}</span>,
    },
    {
      id: "state",
      head: "State",
      width: 140,
      sort: (k) => stateOf(k, now).word,
      cell: (k) => <State of={k} now={now} />,
    },
    ...used,
    {
      id: "expires",
      head: "Expires",
      width: 104,
      right: true,
      spare: true,
      sort: (k) => momentOf(k.expires_at),
      sortsUp: true,
      cell: (k) =>
        k.expires_at === null ? "never" : <span title={fullTime(k.expires_at, zone)}>{time(k.expires_at, now, zone)}</span>,
    },
    {
      id: "used",
      head: "Last used",
      width: 104,
      right: true,
      sort: (k) => momentOf(k.last_used_at),
      cell: (k) =>
        k.last_used_at === null ? "never" : <span title={fullTime(k.last_used_at, zone)}>{ago(k.last_used_at, now)}</span>,
    },
  ];
}

function State({ of: key, now }: { of: Key; now: Date }) {
  const { state, word } = stateOf(key, now);
  return <span className={state === "risk" ? classes.risk : state === "failed" ? classes.failed : "muted"}>{word}</span>;
}
