import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { api, get } from "../../api/client";
import { Button } from "../../design/Button";
import { Filter } from "../../design/Filter";
import { count, duration, money, time } from "../../design/format";
import { Notice, ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { type Column, LoadingRows, Table } from "../../design/Table";
import { TopBar } from "../../shell/Shell";
import { CallDrawer } from "./CallDrawer";
import classes from "./CallsPage.module.css";
import { type Call, isHit, outcomeOf } from "./outcome";

const here = getRouteApi("/inside/calls");

export type CallSearch = {
  call?: string | undefined;
  route?: string | undefined;
  model?: string | undefined;
  outcome?: string | undefined;
  provider?: string | undefined;
  /** key_… */
  key?: string | undefined;
};

function columnsAt(now: Date): Column<Call>[] {
  return [
    {
      id: "time",
      head: "Time",
      width: 112,
      cell: (c) => (
        <span className={classes.when}>
          <StatusMark state={outcomeOf(c).state} label={outcomeOf(c).title} />
          <span className="num">{time(new Date((c.started_at_us ?? 0) / 1000), now)}</span>
        </span>
      ),
    },
    {
      id: "route",
      head: "Route",
      cell: (c) => {
        const { reason, state } = outcomeOf(c);
        return (
          <span className={classes.route}>
            <span className="mono cut">{c.route ?? c.requested_model ?? "–"}</span>
            {(c.attempts?.length ?? 0) > 1 && state === "answered" && <StatusMark state="fork" label="Fell back" />}
            {isHit(c) && <span className={classes.chip}>cache</span>}
            {reason !== undefined && <span className={classes[state]}>{reason}</span>}
          </span>
        );
      },
    },
    { id: "model", head: "Served by", spare: true, cell: (c) => <span className="mono">{c.served_model ?? "–"}</span> },
    {
      id: "provider",
      head: "Provider",
      width: 130,
      spare: true,
      cell: (c) => <span className="muted">{c.provider ?? "–"}</span>,
    },
    {
      id: "tokens",
      head: "Tokens in / out",
      width: 130,
      right: true,
      cell: (c) => (
        <>
          {count(c.usage?.total_input)} <span className="faint">/</span>{" "}
          {c.outcome === "refused" ? "–" : count(c.usage?.total_output)}
        </>
      ),
    },
    { id: "first", head: "First output", width: 96, right: true, spare: true, cell: (c) => duration(c.first_output_us || null) },
    { id: "duration", head: "Duration", width: 90, right: true, cell: (c) => duration(c.duration_us) },
    {
      id: "cost",
      head: "Cost $",
      width: 84,
      right: true,
      cell: (c) =>
        c.unpriced ? <span className="muted">unpriced</span> : c.outcome === "refused" ? "–" : money(c.cost_nano_usd, 4).slice(1),
    },
  ];
}

/** What happened, why, and what it cost. */
export function CallsPage() {
  const { call: openId, ...filters } = here.useSearch();
  const navigate = here.useNavigate();
  const calls = useInfiniteQuery({
    queryKey: ["calls", filters],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const { key, ...rest } = filters;
      const query = Object.fromEntries(
        Object.entries({ ...rest, key_id: key, cursor: pageParam }).filter(([, v]) => v !== undefined),
      );
      return get(api.GET("/api/calls", { params: { query: { ...query, limit: 200 } }, signal }));
    },
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => calls.data?.pages.flatMap((p) => p.items) ?? [], [calls.data]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what counts as today is as old as the data
  const columns = useMemo(() => columnsAt(new Date()), [calls.dataUpdatedAt]);
  const show = useCallback((next: CallSearch) => void navigate({ search: (old) => ({ ...old, ...next }) }), [navigate]);
  const close = useCallback(() => show({ call: undefined }), [show]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = calls;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const hasFilter = Object.values(filters).some((v) => v !== undefined);
  return (
    <>
      <TopBar title="Calls">
        {calls.dataUpdatedAt > 0 && <span className="muted num">as of {time(new Date(calls.dataUpdatedAt), new Date())}</span>}
        <Button onClick={() => void calls.refetch()} busy={calls.isRefetching}>
          Refresh
        </Button>
      </TopBar>
      <div className={classes.page}>
        <div className={classes.list}>
          <div className={classes.filters}>
            <Filter name="Route" value={filters.route} onChange={(route) => show({ route })} />
            <Filter name="Model" value={filters.model} onChange={(model) => show({ model })} />
            <Filter name="Provider" value={filters.provider} onChange={(provider) => show({ provider })} />
            <Filter name="Key" value={filters.key} onChange={(key) => show({ key })} />
            <Filter
              name="Outcome"
              value={filters.outcome}
              options={["completed", "refused", "failed", "abandoned"]}
              onChange={(outcome) => show({ outcome })}
            />
          </div>
          {calls.error !== null && rows.length > 0 && (
            <div className={classes.stale}>
              <Notice
                state="failed"
                title={calls.error.message}
                actions={<Button onClick={() => void calls.refetch()}>Try now</Button>}
              >
                You see data of {time(new Date(calls.dataUpdatedAt), new Date())}.
              </Notice>
            </div>
          )}
          <Table
            label="Calls"
            columns={columns}
            rows={rows}
            idOf={(c) => c.id ?? ""}
            openId={openId}
            onOpen={(call) => show({ call })}
            onEnd={more}
            isNarrow={openId !== undefined}
          >
            {calls.isPending ? (
              <LoadingRows columns={6} />
            ) : calls.error !== null ? (
              <ProblemNotice problem={calls.error} />
            ) : hasFilter ? (
              <Notice
                state="idle"
                title="No call fits these filters"
                actions={<Button onClick={() => void navigate({ search: {} })}>Clear filters</Button>}
              />
            ) : (
              <Notice state="idle" title="No calls yet">
                Make one with a service key: the first start printed a curl that does.
              </Notice>
            )}
          </Table>
        </div>
        {openId !== undefined && <CallDrawer key={openId} id={openId} onClose={close} />}
      </div>
    </>
  );
}
