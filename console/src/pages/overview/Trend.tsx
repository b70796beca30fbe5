import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { type Band, intervalMs } from "../../design/bands";
import { Chart, type Series } from "../../design/Chart";
import { count, duration, money, short, shortMoney } from "../../design/format";
import { writeRange } from "../../design/range";
import { Segments } from "../../design/Segments";
import { useZone } from "../../design/zone";
import { useMayOpen } from "../../shell/LinkTo";
import { causeName, pick } from "./drill";
import type { Names } from "./names";
import classes from "./OverviewPage.module.css";
import { amountOf, type Figure, type Grouping, type Line, leading, type Span, stacks, values } from "./overview";
import { type Reports, useForecast } from "./reports";

const titles: Record<Figure, string> = {
  spend: "Spend",
  calls: "Calls",
  tokens: "Tokens",
  latency: "Time to first output",
  failed: "Failed calls by cause",
  saved: "Saved by the cache",
};

export const groupingNames: Record<Grouping, string> = {
  use_case: "Use case",
  workspace: "Workspace",
  model: "Model",
  key: "Key",
};

type Props = {
  reports: Reports;
  bands: readonly Band[];
  span: Span;
  show: Figure;
  by: Grouping;
  names: Names;
  workspace: string | undefined;
  onBy: (by: Grouping) => void;
  onZoom: (from: Date, to: Date) => void;
};

/** The figure that was chosen, over time: stacked by what one wants to see, or its quantiles. */
export function Trend({ reports, bands, span, show, by, names, workspace, onBy, onZoom }: Props) {
  const navigate = useNavigate();
  const [zone] = useZone();
  const mayOpen = useMayOpen()("/calls");
  const { series: cut, bands: timed, groups, causes, causeSeries } = reports;
  const series = useMemo(
    () => seriesOf({ series: cut, bands: timed, groups, causes, causeSeries }, bands, span, show, by, names),
    [cut, timed, groups, causes, causeSeries, bands, span, show, by, names],
  );
  const isToday = show === "spend" && span.interval === "day" && span.isOpen;
  const { data: forecast } = useForecast(isToday, workspace);
  const withForecast = useMemo(
    () => (isToday && forecast !== undefined ? [...series, ...ahead(bands, forecast)] : series),
    [isToday, forecast, series, bands],
  );
  const splits = show !== "latency" && show !== "failed";
  const of = span.interval === "minute" ? "per minute" : span.interval === "hour" ? "per hour" : "per day";
  const isMoney = show === "spend" || show === "saved";
  const stretch = (band: number) => {
    const start = Date.parse(bands[band]?.key ?? "");
    return { from: new Date(start), to: new Date(start + intervalMs[span.interval]) };
  };
  const open = (band: number, id: string | undefined) => {
    const { from, to } = stretch(band);
    const search = pick(writeRange(from, to, zone), show, by, id);
    if (search !== null) void navigate({ to: "/calls", search });
  };
  return (
    <section id="trend" role="tabpanel" aria-label={titles[show]}>
      <div className={classes.section}>
        <h2>{splits ? `${titles[show]} by ${groupingNames[by].toLowerCase()}` : titles[show]}</h2>
        <span className={classes.sub}>
          {of}
          {withForecast.length > series.length && `, today with forecast: ${range(forecast)}`}
        </span>
        <span className={classes.space} />
        {splits && (
          <Segments
            label="Split by"
            value={by}
            options={Object.entries(groupingNames).map(([value, name]) => ({ value: value as Grouping, name }))}
            onChange={onBy}
          />
        )}
      </div>
      <Chart
        label={titles[show]}
        bands={bands}
        series={withForecast}
        total="Total"
        format={(v) => (show === "latency" ? duration(v) : isMoney ? money(v) : count(v))}
        formatShort={(v) =>
          show === "latency" ? (v === 0 ? "0" : duration(v)) : isMoney ? (v === 0 ? "$0" : shortMoney(v)) : short(v)
        }
        isWhole={show !== "latency" && !isMoney}
        {...(mayOpen ? { hint: "Enter opens the calls of a bar.", onPick: open } : {})}
        onBrush={(from, to) => onZoom(stretch(from).from, stretch(to).to)}
      />
    </section>
  );
}

type Forecast = NonNullable<ReturnType<typeof useForecast>["data"]>;

/** What is expected to come on top of today's bar. */
function ahead(bands: readonly Band[], forecast: Forecast): Series[] {
  const more = (forecast.expected_nano_usd ?? 0) - forecast.spent_nano_usd;
  if (forecast.expected_nano_usd === null || more <= 0 || !bands.some((b) => b.isNow)) return [];
  return [
    {
      id: "forecast",
      name: "Expected by midnight UTC",
      colour: "faint",
      kind: "bar",
      isEstimate: true,
      values: bands.map((b) => (b.isNow ? more : null)),
    },
  ];
}

/** Every estimate has its interval. */
function range(forecast: Forecast | undefined): string {
  return forecast === undefined
    ? ""
    : `${shortMoney(forecast.low_nano_usd)} to ${shortMoney(forecast.high_nano_usd)} in four of five cases`;
}

function seriesOf(
  reports: Pick<Props["reports"], "series" | "bands" | "groups" | "causes" | "causeSeries">,
  bands: readonly Band[],
  span: Span,
  show: Figure,
  by: Grouping,
  names: Names,
): Series[] {
  if (show === "latency") {
    const line = (id: "p50_us" | "p95_us", name: string, colour: Series["colour"]): Series => ({
      id,
      name,
      colour,
      kind: "line",
      values: values<number | null>(
        reports.bands,
        bands,
        span.interval,
        (l) => (l.first_output?.calls ? l.first_output[id] : null),
        null,
      ),
    });
    return [line("p95_us", "p95", "series-1"), line("p50_us", "p50", "series-4")];
  }
  const amount = amountOf[show];
  if (show === "failed") {
    const shown = leading(reports.causes?.lines ?? [], "error_code", amount);
    return stacks(reports.causeSeries?.lines ?? [], bands, span.interval, "error_code", shown, amount, causeName);
  }
  const shown = leading(reports.groups?.lines ?? noLines, by, amountOf.spend);
  return stacks(reports.series?.lines ?? noLines, bands, span.interval, by, shown, amount, (value) => names.of(by, value));
}

const noLines: readonly Line[] = [];
