import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { intervalMs, timeBands } from "../../design/bands";
import { Chart, type Series } from "../../design/Chart";
import { count, percent, short, type Zone } from "../../design/format";
import { ProblemNotice } from "../../design/Notice";
import { writeRange } from "../../design/range";
import classes from "./FindingsPage.module.css";
import type { FindingQuery } from "./findings";
import { summaryQuery } from "./queries";

const actions: readonly { id: string; word: string; colour: Series["colour"] }[] = [
  { id: "flag", word: "noted", colour: "series-other" },
  { id: "tokenise", word: "sent as a placeholder", colour: "series-3" },
  { id: "redact", word: "taken out", colour: "series-1" },
  { id: "ask", word: "waits for a person", colour: "warn-fill" },
  { id: "block", word: "refused", colour: "refuse" },
];

/** Findings over time by what became of them, and in how many of the screened calls. Drawing over bands zooms into them. */
export function Hits({
  query,
  stretch,
  zone,
  onTime,
}: {
  query: FindingQuery;
  stretch: string;
  zone: Zone;
  onTime: (text: string) => void;
}) {
  const asked = useQuery(summaryQuery(query, stretch, zone, "action"));
  const drawn = useMemo(() => {
    if (asked.data === undefined) return undefined;
    const { summary, from, to, interval, now } = asked.data;
    const bands = timeBands(from, to, interval, now, zone);
    const place = new Map(bands.map((b, i) => [b.key, i]));
    const series = actions.map((a): Series => {
      const values = bands.map(() => 0);
      for (const bucket of summary.lines.find((l) => l.name === a.id)?.buckets ?? []) {
        const at = place.get(`${new Date(bucket.at).toISOString().slice(0, 19)}Z`);
        if (at !== undefined) values[at] = bucket.findings;
      }
      return { id: a.id, name: a.word, colour: a.colour, kind: "bar", values };
    });
    return { bands, interval, total: summary.total, series: series.filter((s) => s.values.some((v) => (v ?? 0) > 0)) };
  }, [asked.data, zone]);
  if (drawn === undefined)
    return asked.error === null ? <div className={classes.hits} /> : <ProblemNotice problem={asked.error} />;
  const { bands, interval, total, series } = drawn;
  const zoom = (from: number, to: number) => {
    const [first, last] = [bands[from], bands[to]];
    if (first !== undefined && last !== undefined)
      onTime(writeRange(new Date(first.key), new Date(Date.parse(last.key) + intervalMs[interval]), zone));
  };
  return (
    <section className={classes.hits} aria-label="Number of findings">
      <p className={classes.counts}>
        <span>
          <b className="num">{count(total.findings)}</b> findings
        </span>
        <span>
          in <b className="num">{count(total.hit_calls)}</b> of {count(total.screened_calls)} screened calls
          {total.hit_share !== null && ` (${percent(total.hit_share.value, 1)})`}
        </span>
        {total.waiting > 0 && (
          <span>
            <b className="num">{count(total.waiting)}</b> reported
          </span>
        )}
        <span className={classes.per}>per {interval}</span>
      </p>
      {total.findings > 0 && (
        <Chart
          label={`Findings per ${interval}`}
          bands={bands}
          series={series}
          format={count}
          formatShort={short}
          isWhole
          height={104}
          total="All"
          hint="Enter shows the findings of the band alone."
          onPick={(at) => zoom(at, at)}
          onBrush={zoom}
        />
      )}
    </section>
  );
}
