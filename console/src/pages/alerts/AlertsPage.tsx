import { useMemo } from "react";
import { api, get, type Schemas } from "../../api/client";
import { useMay } from "../../api/session";
import { usePages } from "../../api/usePages";
import { Button } from "../../design/Button";
import { count, money, shortMoney } from "../../design/format";
import { LoadingRows } from "../../design/LoadingRows";
import { ProblemNotice } from "../../design/Notice";
import { Part } from "../../design/Part";
import { PlainTable } from "../../design/PlainTable";
import { StatusMark } from "../../design/Status";
import type { Column } from "../../design/Table";
import { useTimes } from "../../design/zone";
import { LinkTo } from "../../shell/LinkTo";
import { TopBar } from "../../shell/Shell";
import { lineOf } from "../budgets/tree";
import { useNames } from "../overview/names";
import classes from "./AlertsPage.module.css";
import { useBudgets, useNeeds } from "./useNeeds";

type Alert = Schemas["Alert"];
type Meter = Schemas["MeterView"]["meter"];

/** What needs somebody now, and which budgets crossed a mark when. */
export function AlertsPage() {
  const may = useMay();
  const names = useNames();
  const now = Date.now();
  const { needs, isKnown, error } = useNeeds(names.of, now);
  return (
    <>
      <TopBar title="Alerts" />
      <div className={classes.sheet}>
        <ProblemNotice problem={error} />
        <Part title="Needs you" says="What is broken, or soon will be; what hurts first stands first.">
          {!isKnown ? (
            <LoadingRows columns={2} />
          ) : needs.length === 0 ? (
            <p className="muted">Nothing. Providers answer, budgets hold, no key ends soon.</p>
          ) : (
            <ul className={classes.needs}>
              {needs.map((n) => (
                <li key={n.id}>
                  <StatusMark state={n.state} size={16} />
                  <p className="strong">{n.title}</p>
                  <p className="muted">{n.note}</p>
                  <span className={classes.act}>
                    <LinkTo to={n.act.to} search={n.act.search}>
                      {n.act.label}
                    </LinkTo>
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Part>
        {may("budgets.read") && (
          <Part title="Budgets that crossed a mark" says="Each mark of a budget is told once a window.">
            <Crossed nameOf={names.of} />
          </Part>
        )}
      </div>
    </>
  );
}

const key = ["alerts", "all"];

function Crossed({ nameOf }: { nameOf: (scope: string, id: string) => string }) {
  const budgets = useBudgets();
  const { time, fullTime } = useTimes();
  const alerts = usePages<Alert>(key, (cursor, signal) =>
    get(api.GET("/api/alerts", { params: { query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) } }, signal })),
  );
  const meters = useMemo(() => new Map((budgets.data?.items ?? []).map((b) => [b.meter.id, b.meter])), [budgets.data]);
  if (alerts.error !== null && alerts.rows.length === 0) return <ProblemNotice problem={alerts.error} />;
  if (alerts.isPending || budgets.isPending) return <LoadingRows columns={4} />;
  if (alerts.rows.length === 0)
    return (
      <p className="muted">
        None yet. A budget tells at the percentages that it names, as 50, 80 and 100. <LinkTo to="/budgets">Budgets</LinkTo>
      </p>
    );
  const now = new Date();
  const columns: readonly Column<Alert>[] = [
    {
      id: "of",
      head: "Budget",
      cell: (a) => <Whose alert={a} meter={meters.get(a.meter_id)} nameOf={nameOf} />,
    },
    {
      id: "window",
      head: "Window",
      width: 90,
      cell: (a) => <span className="muted">{meters.get(a.meter_id)?.window ?? "–"}</span>,
    },
    {
      id: "mark",
      head: "Mark",
      width: 80,
      right: true,
      cell: (a) => <span className="num">{a.percent} %</span>,
    },
    {
      id: "spent",
      head: "Spent",
      width: 170,
      right: true,
      cell: (a) => (
        <span className="num">
          {amount(a.spent, a, meters.get(a.meter_id))}{" "}
          <span className="faint">of {amount(a.limit, a, meters.get(a.meter_id))}</span>
        </span>
      ),
    },
    {
      id: "at",
      head: "When",
      width: 130,
      right: true,
      cell: (a) => <span title={fullTime(a.at)}>{time(a.at, now)}</span>,
    },
  ];
  return (
    <>
      <PlainTable
        label="Budgets that crossed a mark"
        rows={alerts.rows}
        idOf={(a) => `${a.meter_id} ${a.of} ${a.window_start} ${a.percent}`}
        columns={columns}
      />
      {alerts.hasMore && (
        <p className={classes.more}>
          <Button onClick={alerts.more}>Show older ones</Button>
        </p>
      )}
    </>
  );
}

/** Amounts are in the unit of the meter; those of a small budget have the digits that tell them apart. */
function amount(value: number, alert: Alert, meter: Meter | undefined): string {
  if (meter !== undefined && meter.unit !== "nano_usd") return count(value);
  return alert.limit < 1e9 ? shortMoney(value) : money(value);
}

function Whose({
  alert,
  meter,
  nameOf,
}: {
  alert: Alert;
  meter: Meter | undefined;
  nameOf: (scope: string, id: string) => string;
}) {
  if (meter === undefined || alert.of == null) return <span className="muted">a budget that is no more</span>;
  return (
    <LinkTo to="/budgets" search={{ budget: lineOf(meter, alert.of) }}>
      {nameOf(meter.scope, alert.of)}
    </LinkTo>
  );
}
