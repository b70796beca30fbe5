import { seriesColour } from "../../design/colours";
import { count, duration } from "../../design/format";
import { LinkTo } from "../../shell/LinkTo";
import { callsOf } from "../calls/link";
import { causeName } from "./drill";
import classes from "./OverviewPage.module.css";
import { maxShown, type Report } from "./overview";

const maxRows = 5;

/** Why calls failed, the most frequent first; with the colours of the chart when that shows them. */
export function Causes({ report, at, isLegend }: { report: Report | undefined; at: { time: string }; isLegend: boolean }) {
  const lines = [...(report?.lines ?? [])].sort((a, b) => (b.calls ?? 0) - (a.calls ?? 0));
  const largest = lines[0]?.calls ?? 1;
  const all = lines.reduce((sum, l) => sum + (l.calls ?? 0), 0);
  return (
    <section aria-label="Why calls failed">
      <div className={classes.section}>
        <h2>Why calls failed</h2>
        {report !== undefined && <span className={`${classes.sub} num`}>{count(all)}</span>}
      </div>
      {report !== undefined && all === 0 && <p className="muted">No call failed in this time.</p>}
      <ul className={classes.causes}>
        {lines.slice(0, maxShown).map((l, place) => {
          const code = l.group.error_code ?? "";
          return (
            <li key={code}>
              <LinkTo to="/calls" search={callsOf({ ...at, outcome: "failed", error_code: code })} className="cut">
                {causeName(code)}
              </LinkTo>
              <span className={classes.track}>
                <i
                  style={{
                    width: `${((l.calls ?? 0) / largest) * 100}%`,
                    background: `var(--${isLegend ? seriesColour(place) : "series-1"})`,
                  }}
                />
              </span>
              <span className={classes.right}>{count(l.calls)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** The models that were called most: how long until they say something, and until they are done. */
export function Models({ report, at }: { report: Report | undefined; at: { time: string } }) {
  const lines = (report?.lines ?? [])
    .filter((l) => l.group.model !== "" && (l.duration?.calls ?? 0) > 0)
    .sort((a, b) => (b.calls ?? 0) - (a.calls ?? 0))
    .slice(0, maxRows);
  const longest = Math.max(1, ...lines.map((l) => l.duration?.p95_us ?? 0));
  return (
    <section aria-label="Models">
      <div className={classes.section}>
        <h2>Models</h2>
        <span className={classes.sub}>time to first output and total, p95</span>
      </div>
      <ul className={`${classes.causes} ${classes.models}`}>
        {lines.map((l) => {
          const first = l.first_output?.calls ? l.first_output.p95_us : null;
          const whole = l.duration?.p95_us ?? 0;
          return (
            <li key={l.group.model}>
              <LinkTo to="/calls" search={callsOf({ ...at, model: l.group.model })} className="mono cut">
                {l.group.model}
              </LinkTo>
              <span className={classes.track}>
                <i className={classes.pale} style={{ width: `${(whole / longest) * 100}%` }} />
                <i className={classes.over} style={{ width: `${((first ?? 0) / longest) * 100}%` }} />
              </span>
              <span className={classes.right}>{duration(first)}</span>
              <span className={`${classes.right} muted`}>{duration(whole)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
