import { useQuery } from "@tanstack/react-query";
import { count, unknown, type Zone } from "../../design/format";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { PlainTable } from "../../design/PlainTable";
import { Segments } from "../../design/Segments";
import { Sparkline } from "../../design/Sparkline";
import type { Column } from "../../design/Table";
import { LinkTo } from "../../shell/LinkTo";
import { doneOf } from "../policies/reviews";
import classes from "./FindingsPage.module.css";
import { channelWord, type FindingQuery, type Group, groups, type Line, shareOf } from "./findings";
import { Interval } from "./Interval";
import { summaryQuery } from "./queries";
import { useKindTitle } from "./useKindTitle";

/** How often each rule, kind, channel or action finds something, and how much of what was reviewed was none. */
export function Rates({
  query,
  stretch,
  zone,
  by,
  time,
  workspace,
  onBy,
}: {
  query: FindingQuery;
  stretch: string;
  zone: Zone;
  by: Group;
  time: string | undefined;
  workspace: string | undefined;
  onBy: (by: Group) => void;
}) {
  const asked = useQuery(summaryQuery(query, stretch, zone, by));
  const titleOf = useKindTitle();
  const nameOf = (name: string) =>
    by === "kind" ? titleOf(name) : by === "channel" ? channelWord(name) : by === "action" ? doneOf(name) : name;
  const columns: Column<Line>[] = [
    {
      id: "name",
      head: groups.find((g) => g.value === by)?.name ?? "",
      cell: (l) => (
        <LinkTo to="/findings" search={{ [by]: l.name, time, workspace }}>
          <span className={by === "rule" ? "mono" : undefined}>{nameOf(l.name)}</span>
        </LinkTo>
      ),
    },
    { id: "findings", head: "Findings", width: 90, right: true, cell: (l) => count(l.counts.findings) },
    {
      id: "calls",
      head: "Calls with one",
      width: 150,
      right: true,
      cell: (l) => `${count(l.counts.hit_calls)} of ${count(l.counts.screened_calls)}`,
    },
    { id: "rate", head: "Hit rate", width: 160, right: true, cell: (l) => shareOf(l.counts.hit_share) },
    {
      id: "trend",
      head: "Trend",
      width: 90,
      cell: (l) => <Sparkline values={l.buckets.map((b) => (b.screened_calls === 0 ? null : b.hit_calls / b.screened_calls))} />,
    },
    {
      id: "reviewed",
      head: "Reviewed",
      width: 100,
      right: true,
      cell: (l) => (l.counts.texts === 0 ? unknown : `${count(l.counts.reviewed)} of ${count(l.counts.texts)}`),
    },
    {
      id: "false",
      head: "False alarms of the reviewed",
      width: 230,
      cell: (l) => (
        <span className={classes.line}>
          <span className={classes.interval}>
            <Interval share={l.counts.false_alarm_share} />
          </span>
          <span className="num">{shareOf(l.counts.false_alarm_share)}</span>
        </span>
      ),
    },
  ];
  return (
    <>
      <div className={classes.bar}>
        <p className="muted">
          Calls with a finding of all for which {by === "rule" ? "the rule" : "any rule"} was in force, and what people said of
          the texts, the same words as one. In brackets: the interval of 95 %. What people report is no sample of all.
        </p>
        <Segments label="Rates by" options={groups} value={by} onChange={onBy} />
      </div>
      <div className={classes.sheet}>
        {asked.error !== null && <ProblemNotice problem={asked.error} />}
        {asked.data === undefined ? (
          asked.error === null && <LoadingRows columns={7} />
        ) : asked.data.summary.lines.length === 0 ? (
          <Notice state="idle" title="No call was screened in this stretch of time">
            Content rules of a policy look at calls: Policies has them.
          </Notice>
        ) : (
          <PlainTable label="Rates" columns={columns} rows={asked.data.summary.lines} idOf={(l) => l.name} />
        )}
      </div>
    </>
  );
}
