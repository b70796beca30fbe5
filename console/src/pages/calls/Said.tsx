import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, get, type Schemas } from "../../api/client";
import { Button } from "../../design/Button";
import { count, time, type Zone } from "../../design/format";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { type Column, Table } from "../../design/Table";
import classes from "./CallsPage.module.css";
import { type CallQuery, outcomeOf, rowOf, timeOf } from "./calls";

type Hit = Schemas["ContentHit"];

/** Calls in which something was said. Contents lie sealed: the server opens them one by one, as far back as one asks, and writes down that it did. */
export function Said({
  text,
  query,
  stretch,
  zone,
  openId,
  onOpen,
}: {
  text: string;
  query: CallQuery;
  stretch: string;
  zone: Zone;
  openId: string | undefined;
  onOpen: (id: string) => void;
}) {
  const found = useInfiniteQuery({
    queryKey: ["calls", "said", text, query, stretch, zone],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      get(
        api.GET("/api/calls/contents", {
          params: {
            query: {
              ...query,
              ...timeOf(stretch, new Date(), zone),
              text,
              limit: 100,
              ...(pageParam === undefined ? {} : { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (part) => part.next ?? undefined,
    // Each look is written down: none is made that nobody asked for.
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const hits = useMemo(() => found.data?.pages.flatMap((p) => p.items) ?? [], [found.data]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what counts as today is as old as the data
  const columns = useMemo(() => columnsAt(new Date(), zone, text), [zone, text, found.dataUpdatedAt]);
  const looked = found.data?.pages.reduce((all, p) => all + p.looked_at, 0) ?? 0;
  const back = found.data?.pages.at(-1)?.looked_back_to;
  return (
    <>
      <div className={classes.found} role="status">
        {found.isFetching ? (
          "Looking through what was said"
        ) : found.data === undefined ? null : (
          <>
            {count(hits.length)} of {count(looked)} kept calls
            {back == null ? "" : `, back to ${time(back, new Date(), zone)}`}. It is written down that you looked.
          </>
        )}
        {found.hasNextPage && (
          <Button small busy={found.isFetching} onClick={() => void found.fetchNextPage()}>
            Look further back
          </Button>
        )}
      </div>
      <Table
        label="Calls in which it was said"
        columns={columns}
        rows={hits}
        idOf={idOf}
        openId={openId}
        onOpen={onOpen}
        isNarrow={openId !== undefined}
      >
        {found.isPending ? (
          <LoadingRows columns={4} />
        ) : found.error !== null ? (
          <ProblemNotice problem={found.error} />
        ) : (
          <Notice state="idle" title={`Nobody said “${text}” so far`}>
            Only calls whose route or key keeps contents can be searched.
          </Notice>
        )}
      </Table>
    </>
  );
}

const idOf = (hit: Hit) => hit.call.id;

function columnsAt(now: Date, zone: Zone, text: string): Column<Hit>[] {
  return [
    {
      id: "time",
      head: "Time",
      width: 112,
      cell: ({ call }) => (
        <span className={classes.when}>
          <StatusMark state={outcomeOf(rowOf(call)).state} label={outcomeOf(rowOf(call)).title} />
          <span className="num">{time(new Date(call.started_at_us / 1000), now, zone)}</span>
        </span>
      ),
    },
    {
      id: "route",
      head: "Route",
      width: 180,
      spare: true,
      cell: ({ call }) => <span className="mono">{call.route ?? call.requested_model ?? "–"}</span>,
    },
    { id: "where", head: "In", width: 80, cell: ({ where }) => <span className="muted">{where}</span> },
    { id: "excerpt", head: "What was said", cell: ({ excerpt }) => <Excerpt said={excerpt} text={text} /> },
  ];
}

function Excerpt({ said, text }: { said: string; text: string }) {
  const at = said.toLowerCase().indexOf(text.toLowerCase());
  if (at < 0) return <bdi>{said}</bdi>;
  return (
    <bdi>
      {said.slice(0, at)}
      <mark className={classes.mark}>{said.slice(at, at + text.length)}</mark>
      {said.slice(at + text.length)}
    </bdi>
  );
}
