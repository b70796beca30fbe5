import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Drawer, Facts, Section } from "../../design/Drawer";
import { count as countText, exactMoney, money, time, type Zone } from "../../design/format";
import { MeterBar } from "../../design/MeterBar";
import { Notice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { useTimes, useZone } from "../../design/zone";
import { Actions } from "./Actions";
import classes from "./BudgetDrawer.module.css";
import { alertsOf, forecastOf } from "./budgets";
import { between } from "./columns";
import { ForecastChart } from "./ForecastChart";
import { type Count, type Meter, scopeWords, standingOf, units, windowWords } from "./meter";
import { Requests } from "./Requests";
import { type Branch, type Line, lineId, nothing, pathTo } from "./tree";

/** One budget or limit: how it stands, where it goes, and what can be done. */
export function BudgetDrawer({ line, tree, onClose }: { line: Line; tree: readonly Branch[]; onClose: () => void }) {
  const { meter, count } = line;
  const { time } = useTimes();
  const now = new Date();
  const path = pathTo(tree, lineId(line));
  const name = path.at(-1)?.name ?? meter.scope_id;
  const standing = standingOf(meter, count, now);
  const isCounted = count !== nothing;
  const title = `${name}, ${windowWords(meter)}`;
  return (
    <Drawer
      small
      state={meter.disabled ? "idle" : standing.state}
      title={title}
      id={meter.id}
      note={count.resets_at == null ? undefined : `resets ${time(count.resets_at, now)}`}
      onClose={onClose}
    >
      <p className={`muted ${classes.path}`}>
        {[
          ...path.slice(0, -1).map((b) => b.name),
          scopeWords[meter.scope],
          meter.shadow_only ? "counts only" : "hard limit",
        ].join(" / ")}
      </p>
      {isCounted && (
        <>
          <Facts
            large
            facts={[
              ["Left", <Amount key="left" meter={meter} value={Math.max(0, standing.left)} />],
              ["Spent", <Amount key="spent" meter={meter} value={count.spent} />],
              ["Held", <Amount key="held" meter={meter} value={count.held} />],
            ]}
          />
          <div className={classes.bar}>
            <MeterBar large spent={count.spent} held={count.held} limit={meter.limit} gone={standing.gone} tone={standing.tone} />
            <p className="muted num">
              of <Amount meter={meter} value={meter.limit} />
              {meter.unit !== "nano_usd" && ` ${units[meter.unit]}`}
            </p>
          </div>
        </>
      )}
      <Actions line={line} title={title} name={name} />
      {isCounted && meter.is_budget && <Outlook line={line} now={now} />}
      {meter.is_budget && <Requests meter={meter} title={title} />}
      {meter.is_budget && <Alerts meter={meter} count={count} />}
    </Drawer>
  );
}

function Amount({ meter, value }: { meter: Meter; value: number }) {
  if (meter.unit !== "nano_usd") return <>{countText(value)}</>;
  const decimals = meter.limit >= 1e9 * 10 ? 2 : 4;
  return <span title={exactMoney(value)}>{money(value, decimals)}</span>;
}

/** When it runs out, in a sentence and a picture. */
function Outlook({ line: { meter, count }, now }: { line: Line; now: Date }) {
  const [zone] = useZone();
  const { state, isSpent, runsOut } = standingOf(meter, count, now);
  const view = useQuery({ ...forecastOf(meter.id, count.of), enabled: ["day", "month", "total"].includes(meter.window) });
  const resets = count.resets_at == null ? undefined : new Date(count.resets_at);
  const then = meter.shadow_only ? "It counts only: calls go on." : "From then its calls are refused.";
  let words: ReactNode;
  if (meter.disabled) words = <Notice state="idle" title="It is off: calls are not bounded by it." />;
  else if (isSpent)
    words = (
      <Notice
        state="failed"
        title={meter.shadow_only ? "It is spent; calls go on, since it counts only." : "It is spent: its calls are refused."}
      >
        {resets === undefined ? "It never begins anew: raise its limit." : `Resets ${fullDay(resets, now, zone)}.`}
      </Notice>
    );
  else if (runsOut !== undefined)
    words = (
      <Notice
        state={state === "failed" ? "failed" : "risk"}
        title={`Runs out ${fullDay(runsOut, now, zone)}${resets === undefined ? "" : `, ${early(runsOut, resets)} early`}.`}
      >
        {then} {between(count.forecast?.runs_out_earliest, count.forecast?.runs_out_latest, now, zone)}.
      </Notice>
    );
  else if (count.forecast?.expected_nano_usd != null)
    words = (
      <Notice state="good" title={`Lasts: about ${money(count.forecast.expected_nano_usd)} at the end of the ${meter.window}.`}>
        Between {money(count.forecast.low_nano_usd)} and {money(count.forecast.high_nano_usd)} in four cases of five.
      </Notice>
    );
  else if (count.forecast != null) words = <Notice state="good" title="Lasts three months and more at this pace." />;
  else
    words = (
      <p className="muted">
        {["hour", "minute"].includes(meter.window)
          ? "A window this short has no forecast."
          : "No forecast yet: it takes six hours of spending."}
      </p>
    );
  const method = view.data?.forecast?.method;
  return (
    <Section
      title="Forecast"
      note={method == null ? undefined : method === "hour_of_week" ? "by hour of the week" : "at the pace so far"}
    >
      <div className={classes.outlook}>{words}</div>
      {view.data !== undefined && view.data.past.length > 1 && (
        <ForecastChart view={view.data} tone={standingOf(meter, count, now).tone} />
      )}
    </Section>
  );
}

/** on Tuesday 24 November, or at 15:10 where that is today. */
function fullDay(at: Date, now: Date, zone: Zone): string {
  const text = time(at, now, zone);
  if (/^\d\d:/.test(text)) return `today at ${text.slice(0, 5)}`;
  const timeZone = zone === "utc" ? { timeZone: "UTC" } : {};
  return `on ${at.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", ...timeZone })}`;
}

function early(at: Date, end: Date): string {
  const hours = Math.max(0, (end.getTime() - at.getTime()) / 3_600_000);
  const [number, unit] = hours >= 36 ? [Math.round(hours / 24), "day"] : [Math.max(1, Math.round(hours)), "hour"];
  return `${number} ${unit}${number === 1 ? "" : "s"}`;
}

/** Percentages at which somebody is told: those of this window that were, and those to come. */
function Alerts({ meter, count }: { meter: Meter; count: Count }) {
  const { time, fullTime } = useTimes();
  const alerts = useQuery(alertsOf(meter.id));
  const now = new Date();
  const sent = new Map(
    alerts.data?.items.filter((a) => a.of === count.of && isOfNow(a.window_start, meter, now)).map((a) => [a.percent, a.at]),
  );
  const percents = [...(meter.alert_percents ?? [])].sort((a, b) => a - b);
  return (
    <Section title="Alerts" note={percents.length === 0 ? "none set" : undefined}>
      <ul className={classes.alerts}>
        {percents.map((p) => {
          const at = sent.get(p);
          const isRefusal = p >= 100 && !meter.shadow_only;
          const isReached = at !== undefined || (count !== nothing && count.spent * 100 >= meter.limit * p);
          return (
            <li key={p}>
              <StatusMark state={isReached ? "good" : "idle"} />
              <b className="num">{p} %</b>
              <span className="muted" title={at === undefined ? undefined : fullTime(at)}>
                {at !== undefined
                  ? `told ${time(at, now)}`
                  : isReached
                    ? "reached"
                    : isRefusal
                      ? "calls are refused"
                      : "not reached"}
              </span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

/** Whether a window that began then is the one of now. */
function isOfNow(start: string, meter: Meter, now: Date): boolean {
  const at = new Date(start);
  const length: Record<Meter["window"], number> = { minute: 60, hour: 3600, day: 86_400, month: 0, total: 0 };
  if (meter.window === "total") return true;
  if (meter.window === "month") return at.getUTCMonth() === now.getUTCMonth() && at.getUTCFullYear() === now.getUTCFullYear();
  return now.getTime() - at.getTime() < length[meter.window] * 1000;
}
