import { BarChart } from "echarts/charts";
import { GridSimpleComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { type Band, niceAxis, shownLabels } from "./bands";
import type { Series } from "./Chart";
import classes from "./Chart.module.css";
import { type Colours, useColours } from "./colours";
import { topOf } from "./stack";

// What points at an axis is ours (Chart), so the grid comes without.
use([BarChart, GridSimpleComponent, CanvasRenderer]);

/** Where the plot lies in its box, in pixels. */
export type Drawn = { left: number; top: number; width: number; height: number };

type Props = {
  bands: readonly Band[];
  series: readonly Series[];
  formatShort: (value: number) => string;
  isWhole: boolean;
  onDrawn: (drawn: Drawn) => void;
  onHover: (band: number | undefined) => void;
  onPick: ((band: number, series: string | undefined) => void) | undefined;
  onBrush: ((from: number, to: number) => void) | undefined;
};

const font = '"Inter Variable", system-ui, sans-serif';
const edge = { top: 12, bottom: 26, right: 2 };

/** The picture alone: what is around it (hover, keys, table) is in Chart. */
export default function ChartCanvas(props: Props) {
  const { bands, series, formatShort, isWhole, onDrawn } = props;
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(undefined);
  const drawn = useRef<Drawn>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const [size, setSize] = useState<{ width: number; height: number }>();
  const [brush, setBrush] = useState<{ from: number; to: number }>();
  const colours = useColours();

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const made = init(element, null, { renderer: "canvas" });
    chart.current = made;
    const observer = new ResizeObserver(() => {
      made.resize();
      setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    observer.observe(element);
    const stop = listen(made, drawn, latest, setBrush);
    return () => {
      stop();
      observer.disconnect();
      made.dispose();
      chart.current = undefined;
    };
  }, []);

  useEffect(() => {
    if (chart.current === undefined || size === undefined || size.width === 0) return;
    const axis = niceAxis(topOf(series), isWhole);
    const ticks = Array.from({ length: Math.round(axis.top / axis.step) + 1 }, (_, i) => formatShort(i * axis.step));
    const left = Math.ceil(widest(ticks)) + 12;
    const right =
      series.some((s) => s.kind === "line") && series.length > 1 ? Math.ceil(widest(series.map((s) => s.name))) + 14 : 2;
    const place = {
      left,
      top: edge.top,
      width: Math.max(1, size.width - left - right),
      height: size.height - edge.top - edge.bottom,
    };
    chart.current.setOption(optionOf(bands, series, formatShort, axis, place, right, colours), {
      notMerge: true,
      lazyUpdate: false,
    });
    drawn.current = place;
    onDrawn(place);
  }, [bands, series, formatShort, isWhole, colours, size, onDrawn]);

  const each = drawn.current === undefined ? 0 : drawn.current.width / Math.max(1, bands.length);
  return (
    <>
      <div ref={box} className={classes.canvas} aria-hidden="true" />
      {brush !== undefined && drawn.current !== undefined && (
        <div
          className={classes.brush}
          aria-hidden="true"
          style={{
            left: drawn.current.left + each * Math.min(brush.from, brush.to),
            width: each * (Math.abs(brush.to - brush.from) + 1),
            top: drawn.current.top,
            height: drawn.current.height,
          }}
        />
      )}
    </>
  );
}

type Ref<T> = { readonly current: T };
type Point = { offsetX: number; offsetY: number };

/** Pointer over the picture: hover, pick, brush. A brush begins where one presses and ends where one lets go, another band away. */
function listen(
  chart: EChartsType,
  drawn: Ref<Drawn | undefined>,
  latest: Ref<Props>,
  setBrush: (brush: { from: number; to: number } | undefined) => void,
): () => void {
  let pressed: number | undefined;
  let over: number | undefined;
  let series: string | undefined;
  const bandAt = ({ offsetX, offsetY }: Point): number | undefined => {
    const d = drawn.current;
    if (d === undefined || offsetY < d.top - 8 || offsetY > d.top + d.height + edge.bottom) return undefined;
    const at = Math.floor(((offsetX - d.left) / d.width) * latest.current.bands.length);
    return at < 0 || at >= latest.current.bands.length ? undefined : at;
  };
  chart.on("mouseover", (e) => {
    series = e.seriesId;
  });
  chart.on("mouseout", () => {
    series = undefined;
  });
  const zr = chart.getZr();
  zr.on("mousemove", (e: Point) => {
    const at = bandAt(e);
    if (at !== over) latest.current.onHover(at);
    over = at;
    if (pressed !== undefined && at !== undefined && latest.current.onBrush !== undefined)
      setBrush(at === pressed ? undefined : { from: pressed, to: at });
  });
  zr.on("globalout", () => {
    if (over !== undefined) latest.current.onHover(undefined);
    over = undefined;
  });
  zr.on("mousedown", (e: Point) => {
    pressed = bandAt(e);
  });
  const release = () => {
    const [from, to] = [pressed, over];
    pressed = undefined;
    setBrush(undefined);
    if (from === undefined || to === undefined) return;
    if (from === to) latest.current.onPick?.(to, series);
    else latest.current.onBrush?.(Math.min(from, to), Math.max(from, to));
  };
  zr.on("mouseup", release);
  return () => {
    zr.off("mouseup", release);
  };
}

const ruler = document.createElement("canvas").getContext("2d");

function widest(texts: readonly string[]): number {
  if (ruler === null) return 48;
  ruler.font = `11px ${font}`;
  return Math.max(0, ...texts.map((t) => ruler.measureText(t).width));
}

function optionOf(
  bands: readonly Band[],
  series: readonly Series[],
  formatShort: (value: number) => string,
  axis: { top: number; step: number },
  place: Drawn,
  right: number,
  colours: Colours,
) {
  const shown = shownLabels(bands, place.width);
  const text = { fontFamily: font, fontSize: 11, color: colours.muted };
  return {
    animation: false,
    grid: { left: place.left, top: place.top, right, bottom: edge.bottom },
    xAxis: {
      type: "category",
      data: bands.map((b) => b.key),
      axisLine: { lineStyle: { color: colours.line2 } },
      axisTick: { show: false },
      axisLabel: {
        ...text,
        interval: (i: number) => shown[i] === true,
        formatter: (_: string, i: number) => (bands[i]?.isNow ? `{now|${bands[i].label}}` : (bands[i]?.label ?? "")),
        rich: { now: { ...text, color: colours.text, fontWeight: 600 } },
      },
    },
    yAxis: {
      type: "value",
      min: 0,
      max: axis.top,
      interval: axis.step,
      axisLabel: { ...text, formatter: formatShort },
      splitLine: { lineStyle: { color: colours.grid } },
    },
    series: series.map((s) => one(s, series.length > 1, colours)),
  };
}

function one(s: Series, isOneOfMany: boolean, colours: Colours) {
  const colour = colours[s.colour];
  // A bar of no height would still draw its edge over the axis.
  const data = s.values.map((v) => (v === null || (v === 0 && s.kind === "bar") ? "-" : v));
  const common = { id: s.id, name: s.name, data, emphasis: { disabled: true }, cursor: "pointer" };
  if (s.kind === "bar")
    return {
      ...common,
      type: "bar",
      stack: "all",
      barCategoryGap: "42%",
      barMaxWidth: 40,
      itemStyle: s.isEstimate
        ? { color: hatch(colours.faint), borderColor: colours.surface, borderWidth: 0.5 }
        : { color: colour, borderColor: colours.surface, borderWidth: 0.5 },
    };
  return {
    ...common,
    type: "line",
    stack: s.kind === "area" ? "all" : undefined,
    // A value between unknown ones has no line to either side.
    symbol:
      s.kind === "line" && s.values.some((v, i) => v !== null && s.values[i - 1] == null && s.values[i + 1] == null)
        ? "circle"
        : "none",
    symbolSize: (_: unknown, { dataIndex: i }: { dataIndex: number }) =>
      s.values[i - 1] == null && s.values[i + 1] == null ? 5 : 0,
    showAllSymbol: true,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: s.kind === "area" ? 1 : 2, type: s.isEstimate ? [4, 3] : "solid" },
    areaStyle: s.kind === "area" ? { color: s.isEstimate ? hatch(colour) : colour, opacity: 0.85 } : undefined,
    endLabel:
      s.kind === "line" && isOneOfMany
        ? { show: true, formatter: s.name, color: colours.muted, fontFamily: font, fontSize: 11, distance: 6 }
        : undefined,
    labelLayout: { moveOverlap: "shiftY" },
  };
}

const hatches = new Map<string, object>();

/** Lines from upper right to lower left, 4 px apart: held, estimated, forecast. */
function hatch(colour: string) {
  const known = hatches.get(colour);
  if (known !== undefined) return known;
  const scale = 4;
  const tile = document.createElement("canvas");
  tile.width = tile.height = 6 * scale;
  const pen = tile.getContext("2d");
  if (pen !== null) {
    pen.strokeStyle = colour;
    pen.lineWidth = 1.3 * scale;
    const side = tile.width;
    for (const shift of [-side, 0, side]) {
      pen.beginPath();
      pen.moveTo(shift - side, side * 2);
      pen.lineTo(shift + side * 2, -side);
      pen.stroke();
    }
  }
  const pattern = { image: tile, repeat: "repeat", scaleX: 1 / scale, scaleY: 1 / scale };
  hatches.set(colour, pattern);
  return pattern;
}
