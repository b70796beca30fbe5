import { useMemo } from "react";
import { api, get } from "../../api/client";
import { useMay } from "../../api/session";
import { usePages } from "../../api/usePages";
import { Button } from "../../design/Button";
import type { Zone } from "../../design/format";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { type Column, Table } from "../../design/Table";
import { useTimes } from "../../design/zone";
import { ButtonTo } from "../../shell/LinkTo";
import { useNames } from "../overview/names";
import { doneOf } from "../policies/reviews";
import { FindingDrawer, Verdict } from "./FindingDrawer";
import classes from "./FindingsPage.module.css";
import { channelWord, type FindingQuery, type Found, idOf, reviewWords, stateOf } from "./findings";
import { Hits } from "./Hits";
import { timeOf } from "./queries";
import { useKindTitle } from "./useKindTitle";

/** Findings as they were, newest first, beside their number over time. */
export function FindingsList({
  query,
  stretch,
  zone,
  openId,
  onOpen,
  onTime,
  onClear,
}: {
  query: FindingQuery;
  stretch: string;
  zone: Zone;
  openId: string | undefined;
  onOpen: (id: string | undefined) => void;
  onTime: (text: string) => void;
  onClear: () => void;
}) {
  const key = useMemo(() => ["findings", "list", query, stretch, zone], [query, stretch, zone]);
  const list = usePages<Found>(key, (cursor, signal) =>
    get(
      api.GET("/api/findings", {
        params: {
          query: { ...query, ...timeOf(stretch, new Date(), zone), limit: 100, ...(cursor === undefined ? {} : { cursor }) },
        },
        signal,
      }),
    ),
  );
  const columns = useColumns();
  const open = openId === undefined ? undefined : list.rows.find((f) => idOf(f) === openId);
  return (
    <>
      <div className={classes.list}>
        <Hits query={query} stretch={stretch} zone={zone} onTime={onTime} />
        {list.error !== null && list.rows.length > 0 && <ProblemNotice problem={list.error} />}
        <Table
          label="Findings"
          columns={columns}
          rows={list.rows}
          idOf={idOf}
          openId={open === undefined ? undefined : openId}
          onOpen={onOpen}
          onEnd={list.more}
          isNarrow={open !== undefined}
        >
          {list.isPending ? (
            <LoadingRows columns={6} />
          ) : list.error !== null ? (
            <ProblemNotice problem={list.error} />
          ) : (
            <Nothing hasFilter={Object.keys(query).some((name) => name !== "workspace_id")} onClear={onClear} />
          )}
        </Table>
      </div>
      {open !== undefined && (
        <FindingDrawer key={openId} finding={open} onClose={() => onOpen(undefined)}>
          <Verdict finding={open} />
        </FindingDrawer>
      )}
    </>
  );
}

function Nothing({ hasFilter, onClear }: { hasFilter: boolean; onClear: () => void }) {
  const may = useMay();
  return hasFilter ? (
    <Notice state="idle" title="No finding fits these filters" actions={<Button onClick={onClear}>Clear filters</Button>}>
      None in this stretch of time.
    </Notice>
  ) : (
    <Notice
      state="idle"
      title="Nothing was found in this stretch of time"
      actions={may("policies.read") && <ButtonTo to="/policies">Policies</ButtonTo>}
    >
      Content rules of a policy look for personal data, secrets, attacks and words of your own. What they find stands here, from
      the first call on that was recorded since findings are kept by themselves.
    </Notice>
  );
}

function useColumns(): Column<Found>[] {
  const { time, fullTime } = useTimes();
  const titleOf = useKindTitle();
  const names = useNames();
  return useMemo(
    () => [
      {
        id: "time",
        head: "Time",
        width: 112,
        cell: (f) => (
          <span className={classes.when}>
            <StatusMark state={stateOf(f.action)} label={doneOf(f.action)} />
            <span className="num" title={fullTime(f.started_at)}>
              {time(f.started_at, new Date())}
            </span>
          </span>
        ),
      },
      { id: "kind", head: "Found", cell: (f) => titleOf(f.kind) },
      { id: "rule", head: "Rule", width: 130, cell: (f) => <span className="mono">{f.rule}</span> },
      { id: "sure", head: "Sure", width: 64, right: true, cell: (f) => (f.kind === null ? "–" : `${f.score_percent} %`) },
      { id: "done", head: "What became of it", width: 150, spare: true, cell: (f) => doneOf(f.action) },
      { id: "channel", head: "In", width: 150, spare: true, cell: (f) => channelWord(f.channel) },
      {
        id: "where",
        head: "Where",
        width: 190,
        spare: true,
        cell: (f) => (
          <span className="mono">
            {f.where} {f.start}–{f.start + f.length}
          </span>
        ),
      },
      { id: "use_case", head: "Use case", width: 140, spare: true, cell: (f) => names.of("use_case", f.use_case_id) },
      {
        id: "review",
        head: "Review",
        width: 96,
        cell: (f) => (
          <span className="muted">{f.review === null ? "" : reviewWords.find((w) => w.value === f.review)?.label}</span>
        ),
      },
    ],
    [time, fullTime, titleOf, names],
  );
}
