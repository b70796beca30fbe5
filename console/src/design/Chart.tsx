import { type KeyboardEvent, useCallback, useState } from "react";
import type { Band } from "./bands";
import classes from "./Chart.module.css";
import type { Drawn } from "./ChartCanvas";
import type { Colour } from "./colours";
import { later, useLater } from "./later";

// The library comes for charts alone, and what draws lines for those that have some.
const bars = later(() => import("./ChartCanvas").then((file) => file.default));
const lines = later(() => import("./ChartLines").then((file) => file.default));

/** For pages that will show bars: the library comes while they still ask for their figures. */
export function fetchChart() {
  void bars.ask();
}

export type Series = {
  id: string;
  name: string;
  colour: Colour;
  /** One a band; null = unknown, which is no zero. */
  values: readonly (number | null)[];
  /** Bars and areas of a chart stand on each other; lines do not. */
  kind: "bar" | "area" | "line";
  /** Estimated, forecast, held or planned: hatched, and a line dashed. */
  isEstimate?: boolean;
};

type Props = {
  /** What is drawn, for those who hear the page. */
  label: string;
  bands: readonly Band[];
  series: readonly Series[];
  /** A value in full, for hover and table. */
  format: (value: number) => string;
  /** A value at the axis. */
  formatShort: (value: number) => string;
  /** Things are counted: no axis of halves. */
  isWhole?: boolean;
  height?: number;
  /** What a stack adds up to, in the hover: its name. */
  total?: string;
  /** A mark was chosen: its band, and its series where one was hit. */
  onPick?: (band: number, series: string | undefined) => void;
  /** Bands from…to (both inclusive) were drawn over. */
  onBrush?: (from: number, to: number) => void;
  /** What choosing does, for those who hear the page: "Enter opens the calls." */
  hint?: string;
};

/**
 * The one chart over bands: stacks, areas, lines. A hover tells figures, a click picks, drawing over bands brushes; arrows and Enter do the same by keys,
 * and a table holds every figure for those who do not see it.
 */
export function Chart(props: Props) {
  const { label, bands, series, format, height = 264, onPick, onBrush, hint } = props;
  const [at, setAt] = useState<number | undefined>();
  const [drawn, setDrawn] = useState<Drawn | undefined>();
  const band = at === undefined ? undefined : bands[at];
  const place = at === undefined || drawn === undefined ? undefined : drawn.left + (drawn.width * (at + 0.5)) / bands.length;
  const each = drawn === undefined ? 0 : drawn.width / Math.max(1, bands.length);
  const areBars = series.every((s) => s.kind === "bar");
  const Bars = useLater(bars, areBars);
  const Lines = useLater(lines, !areBars);
  const Canvas = areBars ? Bars : Lines;
  const onHover = useCallback((next: number | undefined) => setAt(next), []);

  const onKey = (event: KeyboardEvent) => {
    const last = bands.length - 1;
    const now = at ?? bands.findIndex((b) => b.isNow);
    const from = now < 0 ? last : now;
    const moves: Record<string, number> = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last };
    const to = moves[event.key];
    if (to !== undefined) setAt(Math.max(0, Math.min(last, to)));
    else if (event.key === "Enter" && at !== undefined) onPick?.(at, undefined);
    else if (event.key === "Escape" && at !== undefined) setAt(undefined);
    else return;
    event.preventDefault();
  };

  return (
    <figure className={classes.chart} style={{ height }}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset holds fields, this is a picture that keys walk through */}
      <div
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows walk through the bands
        tabIndex={0}
        aria-label={`${label}. Arrow keys walk through it.${hint === undefined ? "" : ` ${hint}`}`}
        className={classes.plot}
        data-picks={onPick !== undefined || undefined}
        onKeyDown={onKey}
        onBlur={() => setAt(undefined)}
      >
        {drawn !== undefined && place !== undefined && (
          <div
            className={classes.at}
            aria-hidden="true"
            style={{ left: place - each / 2, width: each, top: drawn.top, height: drawn.height }}
          />
        )}
        {Canvas !== undefined && (
          <Canvas
            bands={bands}
            series={series}
            formatShort={props.formatShort}
            isWhole={props.isWhole ?? false}
            onDrawn={setDrawn}
            onHover={onHover}
            onPick={onPick}
            onBrush={onBrush}
          />
        )}
        {drawn !== undefined && place !== undefined && band !== undefined && at !== undefined && (
          <Tip band={band} at={at} side={place > drawn.left + drawn.width / 2 ? "left" : "right"} place={place} {...props} />
        )}
      </div>
      <p className="unseen" aria-live="polite">
        {band !== undefined && at !== undefined && spoken(band, at, series, format)}
      </p>
      <Twin label={label} bands={bands} series={series} format={format} />
    </figure>
  );
}

function spoken(band: Band, at: number, series: readonly Series[], format: (value: number) => string): string {
  const parts = series.flatMap((s) => {
    const value = s.values[at];
    return value == null || (value === 0 && series.length > 3) ? [] : [`${s.name} ${format(value)}`];
  });
  return `${band.title}: ${parts.join(", ") || "nothing"}`;
}

type TipProps = Props & { band: Band; at: number; place: number; side: "left" | "right" };

function Tip({ band, at, place, side, series, format, total }: TipProps) {
  const lines = series.filter((s) => (s.values[at] ?? 0) !== 0 || (s.kind === "line" && s.values[at] != null));
  // What stands highest in the stack stands first.
  const ordered = [...lines].reverse();
  const sum = lines.reduce((all, s) => all + (s.values[at] ?? 0), 0);
  return (
    <div
      className={classes.tip}
      aria-hidden="true"
      style={side === "left" ? { right: `calc(100% - ${place - 12}px)` } : { left: place + 12 }}
    >
      <p className={classes.when}>
        <b>{band.title}</b>
        {band.isNow && <span className="muted">so far</span>}
      </p>
      {ordered.length === 0 && <p className="muted">Nothing</p>}
      {ordered.map((s) => (
        <p key={s.id} className={classes.line}>
          <i className={s.isEstimate ? classes.hatch : undefined} style={{ color: `var(--${s.colour})` }} />
          <span className="cut">{s.name}</span>
          <span className="num">{format(s.values[at] ?? 0)}</span>
        </p>
      ))}
      {total !== undefined && lines.length > 1 && (
        <p className={`${classes.line} ${classes.sum}`}>
          <i />
          <span>{total}</span>
          <span className="num">{format(sum)}</span>
        </p>
      )}
    </div>
  );
}

/** Every figure of the chart as a table, for those who do not see it. */
function Twin({ label, bands, series, format }: Pick<Props, "label" | "bands" | "series" | "format">) {
  return (
    <table className="unseen">
      <caption>{label}</caption>
      <thead>
        <tr>
          <th scope="col">When</th>
          {series.map((s) => (
            <th key={s.id} scope="col">
              {s.isEstimate ? `${s.name} (estimate)` : s.name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {bands.map((b, i) => (
          <tr key={b.key}>
            <th scope="row">{b.title}</th>
            {series.map((s) => (
              <td key={s.id}>{s.values[i] == null ? "–" : format(s.values[i])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
