import type { Band } from "../../design/bands";
import { duration, exactMoney, money, percent, short } from "../../design/format";
import { Sparkline } from "../../design/Sparkline";
import classes from "./OverviewPage.module.css";
import { change, type Figure, figures, type Line, type Span, tokensOf, values } from "./overview";
import type { Reports } from "./reports";

type Shown = {
  name: string;
  value: string;
  exact?: string;
  against: string;
  line: readonly (number | null)[];
  isWorse?: boolean;
};

const signed = (text: string, value: number) => (value === 0 ? "±0" : `${value > 0 ? "+" : "−"}${text}`);

function relative(now: number, before: number | undefined): string {
  const by = change(now, before);
  return by === undefined ? "nothing before" : signed(percent(Math.abs(by), 1), by);
}

const firstP95 = (l: Line | undefined) => (l?.first_output?.calls ? l.first_output.p95_us : undefined);

/** Whole dollars from ten on, as on a headline. */
function dollars(nano: number): string {
  return money(nano, Math.abs(nano) >= 10e9 ? 0 : Math.abs(nano) >= 1e9 || nano === 0 ? 2 : 4);
}

function shownOf(reports: Reports, bands: readonly Band[], span: Span): Record<Figure, Shown> {
  const { total, earlier, bands: cut } = reports;
  const of = (amount: (l: Line) => number) => values(cut, bands, span.interval, amount, 0);
  const sum = (amount: (l: Line) => number) => (total === undefined ? 0 : amount(total));
  const before = (amount: (l: Line) => number) => (earlier === undefined ? undefined : amount(earlier));
  const [spend, saved] = [(l: Line) => l.cost_nano_usd ?? 0, (l: Line) => l.saved_nano_usd ?? 0];
  const calls = (l: Line) => l.calls ?? 0;

  const failedBands = values(reports.failedBands, bands, span.interval, calls, 0);
  const callBands = of(calls);
  const failed = (reports.causes?.lines ?? []).reduce((all, l) => all + calls(l), 0);
  const failedCalls = `${failed.toLocaleString("en-US")} ${failed === 1 ? "call" : "calls"}`;
  const share = sum(calls) === 0 ? 0 : failed / sum(calls);
  const [p95, p95Before] = [firstP95(total), firstP95(earlier)];
  const list = sum(spend) + sum(saved);
  return {
    spend: {
      name: "Spend",
      value: dollars(sum(spend)),
      exact: exactMoney(sum(spend)),
      against: relative(sum(spend), before(spend)),
      line: of(spend),
    },
    calls: {
      name: "Calls",
      value: short(sum(calls)),
      exact: sum(calls).toLocaleString("en-US"),
      against: relative(sum(calls), before(calls)),
      line: callBands,
    },
    tokens: {
      name: "Tokens",
      value: short(sum(tokensOf)),
      exact: sum(tokensOf).toLocaleString("en-US"),
      against: relative(sum(tokensOf), before(tokensOf)),
      line: of(tokensOf),
    },
    latency: {
      name: "First output, p95",
      value: duration(p95 ?? null),
      against:
        p95 === undefined || p95Before === undefined
          ? "nothing before"
          : signed(duration(Math.abs(p95 - p95Before)), p95 - p95Before),
      line: values<number | null>(cut, bands, span.interval, (l) => firstP95(l) ?? null, null),
    },
    failed: {
      name: "Failed",
      value: percent(share),
      exact: failedCalls,
      against: failedCalls,
      line: failedBands.map((f, i) => (callBands[i] ? f / (callBands[i] ?? 1) : null)),
    },
    saved: {
      name: "Saved by cache",
      value: dollars(sum(saved)),
      exact: exactMoney(sum(saved)),
      against: list === 0 ? "" : `${percent(sum(saved) / list, 1)} of list`,
      line: of(saved),
    },
  };
}

/** Six figures; each is a tab of the chart below. */
export function Figures({
  reports,
  bands,
  span,
  show,
  onShow,
}: {
  reports: Reports;
  bands: readonly Band[];
  span: Span;
  show: Figure;
  onShow: (next: Figure) => void;
}) {
  const shown = shownOf(reports, bands, span);
  const isKnown = reports.total !== undefined;
  const move = (by: number) => {
    const next = figures[(figures.indexOf(show) + by + figures.length) % figures.length] ?? "spend";
    onShow(next);
    document.getElementById(`figure-${next}`)?.focus();
  };
  return (
    <div className={classes.figures} role="tablist" aria-label="Figures">
      {figures.map((f) => {
        const s = shown[f];
        return (
          <button
            key={f}
            id={`figure-${f}`}
            type="button"
            role="tab"
            aria-selected={f === show}
            aria-controls="trend"
            tabIndex={f === show ? 0 : -1}
            className={classes.figure}
            title={s.exact}
            onClick={() => onShow(f)}
            onKeyDown={(e) => {
              if (e.key === "ArrowRight") move(1);
              else if (e.key === "ArrowLeft") move(-1);
            }}
          >
            <span className={classes.name}>{s.name}</span>
            <span className={classes.value}>{isKnown ? s.value : "–"}</span>
            <span className={classes.against}>{isKnown ? s.against : ""}</span>
            <Sparkline values={s.line} />
          </button>
        );
      })}
    </div>
  );
}
