import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { readUsage } from "../../api/usage";
import { type Band, type Interval, intervalMs, timeBands } from "../../design/bands";
import { Chart, type Series } from "../../design/Chart";
import { count, short, type Zone } from "../../design/format";
import { writeRange } from "../../design/range";
import { type State, StatusMark } from "../../design/Status";
import { type CallQuery, intervalOf, timeOf } from "./calls";
import classes from "./Volume.module.css";

const outcomes: readonly { id: string; word: string; state: State; colour: Series["colour"] }[] = [
  { id: "completed", word: "answered", state: "answered", colour: "series-other" },
  { id: "abandoned", word: "caller left", state: "left", colour: "line2" },
  { id: "failed", word: "failed", state: "failed", colour: "bad-fill" },
  { id: "refused", word: "refused", state: "refused", colour: "refuse" },
];

type Props = {
  query: CallQuery;
  time: string;
  zone: Zone;
  /** Counted anew every few seconds. */
  isLive: boolean;
  onTime: (text: string) => void;
  onOutcome: (outcome: string | undefined) => void;
};

/** How many calls of each outcome, over time. Drawing over bands zooms into them. */
export function Volume({ query, time, zone, isLive, onTime, onOutcome }: Props) {
  const usage = useQuery({
    queryKey: ["calls", "volume", query, time, zone],
    queryFn: async ({ signal }) => {
      const now = new Date();
      const range = timeOf(time, now, zone);
      const [from, to] = [Date.parse(range.from), range.to === undefined ? now.getTime() : Date.parse(range.to)];
      const interval = intervalOf(to - from);
      const { lines } = await readUsage({ ...query, ...range, group_by: `${interval},outcome` }, signal);
      return { from, to, interval, now: now.getTime(), lines };
    },
    placeholderData: keepPreviousData,
    refetchInterval: isLive ? 5_000 : false,
  });
  const drawn = useMemo(() => {
    if (usage.data === undefined) return undefined;
    const { from, to, interval, now, lines } = usage.data;
    const bands = timeBands(from, to, interval, now, zone);
    const place = new Map(bands.map((b, i) => [b.key, i]));
    const values = new Map(outcomes.map((o) => [o.id, bands.map(() => 0)]));
    for (const line of lines) {
      const at = place.get(line.group[interval] ?? "");
      const row = values.get(line.group.outcome ?? "");
      if (at !== undefined && row !== undefined) row[at] = (row[at] ?? 0) + line.calls;
    }
    const series = outcomes.map(
      (o): Series => ({ id: o.id, name: o.word, colour: o.colour, kind: "bar", values: values.get(o.id) ?? [] }),
    );
    return { bands, interval, series, sums: series.map((s) => s.values.reduce<number>((all, v) => all + (v ?? 0), 0)) };
  }, [usage.data, zone]);
  if (drawn === undefined) return <div className={classes.volume} />;
  const { bands, interval, series, sums } = drawn;
  const zoom = (from: number, to: number) => {
    const [first, last] = [bands[from], bands[to]];
    if (first !== undefined && last !== undefined) onTime(rangeOf(first, last, interval, zone));
  };
  return (
    <section className={classes.volume} aria-label="Number of calls">
      <p className={classes.counts}>
        <span>
          <b className="num">{count(sums.reduce((all, n) => all + n, 0))}</b> calls
        </span>
        {outcomes.map((o, i) => {
          const n = sums[i] ?? 0;
          if (n === 0 || o.id === "completed") return null;
          const isSet = query.outcome === o.id;
          return (
            <button
              key={o.id}
              type="button"
              aria-pressed={isSet}
              title={isSet ? "Show all" : `Show those that ${o.id === "abandoned" ? "were left" : o.word} alone`}
              onClick={() => onOutcome(isSet ? undefined : o.id)}
            >
              <StatusMark state={o.state} /> <b className="num">{count(n)}</b> {o.word}
            </button>
          );
        })}
        <span className={classes.per}>per {interval}</span>
      </p>
      <Chart
        label={`Calls per ${interval}`}
        bands={bands}
        series={series}
        format={count}
        formatShort={short}
        isWhole
        height={92}
        total="All"
        hint="Enter shows the calls of the band alone."
        onPick={(at) => zoom(at, at)}
        onBrush={zoom}
      />
    </section>
  );
}

function rangeOf(first: Band, last: Band, interval: Interval, zone: Zone): string {
  return writeRange(new Date(first.key), new Date(Date.parse(last.key) + intervalMs[interval]), zone);
}
