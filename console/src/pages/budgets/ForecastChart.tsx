import { useId } from "react";
import { money, shortMoney } from "../../design/format";
import { useTimes } from "../../design/zone";
import classes from "./BudgetDrawer.module.css";
import { geometryOf } from "./chart";
import type { ForecastView } from "./meter";

const width = 344;
const height = 184;

const inks = { good: "var(--series-1)", risk: "var(--warn-fill)", failed: "var(--bad-fill)", off: "var(--series-other)" };

/** Spent so far, solid; what comes, dashed with its interval hatched; the limit across. A table has the same. */
export function ForecastChart({ view, tone }: { view: ForecastView; tone: keyof typeof inks }) {
  const { time, fullTime } = useTimes();
  const id = useId();
  const g = geometryOf(view, width, height);
  const ink = inks[tone];
  const { left, right, bottom } = g.frame;
  const outAt = view.forecast?.runs_out_at;
  const out = outAt == null ? undefined : g.x(new Date(outAt));
  const limitY = g.y(view.limit_nano_usd);
  const words = `Spent ${money(view.spent_nano_usd)} of ${money(view.limit_nano_usd)}${
    view.forecast?.expected_nano_usd == null ? "" : `, about ${money(view.forecast.expected_nano_usd)} expected at the end`
  }`;
  return (
    <>
      <svg className={classes.chart} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={words}>
        <defs>
          <pattern id={id} width="4.5" height="4.5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="1.3" height="4.5" fill={ink} />
          </pattern>
        </defs>
        {g.ticks.map((t) => (
          <g key={t}>
            <line x1={left} x2={right} y1={g.y(t)} y2={g.y(t)} stroke={t === 0 ? "var(--line2)" : "var(--grid)"} />
            <text x={left - 6} y={g.y(t) + 4} textAnchor="end">
              {t === 0 ? "$0" : shortMoney(t)}
            </text>
          </g>
        ))}
        <path d={`${g.past}L${g.x(new Date(view.as_of))} ${bottom}L${left} ${bottom}Z`} fill="var(--series-1)" opacity="0.14" />
        <path d={g.past} fill="none" stroke="var(--series-1)" strokeWidth="1.75" />
        {g.band !== "" && <path d={g.band} fill={`url(#${id})`} opacity="0.8" />}
        {g.future !== "" && <path d={g.future} fill="none" stroke={ink} strokeWidth="1.5" strokeDasharray="4 2.5" />}
        <line x1={left} x2={right} y1={limitY} y2={limitY} stroke="var(--text)" strokeWidth="1.25" />
        <text className={classes.name} x={left + 4} y={limitY < 20 ? limitY + 14 : limitY - 5}>
          Limit {money(view.limit_nano_usd, view.limit_nano_usd >= 1e12 ? 0 : 2)}
        </text>
        {out !== undefined && (
          <>
            <line x1={out} x2={out} y1={limitY} y2={bottom} stroke={ink} strokeWidth="1.25" strokeDasharray="2 2" />
            <circle cx={out} cy={limitY} r="3" fill="var(--surface)" stroke={ink} strokeWidth="1.75" />
          </>
        )}
        {g.days.map((d) => (
          <text key={d.label} x={g.x(d.at)} y={height - 4} textAnchor={d.anchor} className={d.isOut ? classes.out : undefined}>
            {d.label}
          </text>
        ))}
      </svg>
      <details className={classes.data}>
        <summary>As a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Until</th>
              <th scope="col">Spent</th>
              <th scope="col">Low</th>
              <th scope="col">High</th>
            </tr>
          </thead>
          <tbody>
            {view.past.map((p) => (
              <tr key={p.at}>
                <td title={fullTime(p.at)}>{time(p.at, new Date(view.as_of))}</td>
                <td>{money(p.nano_usd)}</td>
                <td />
                <td />
              </tr>
            ))}
            {view.future.map((p) => (
              <tr key={p.at}>
                <td title={fullTime(p.at)}>{time(p.at, new Date(view.as_of))}</td>
                <td>~{money(p.expected_nano_usd)}</td>
                <td>{money(p.low_nano_usd)}</td>
                <td>{money(p.high_nano_usd)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
