import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { fetchChart } from "../../design/Chart";
import { FilterBar } from "../../design/FilterBar";
import { count, time } from "../../design/format";
import { LoadingRows } from "../../design/LoadingRows";
import { Menu } from "../../design/Menu";
import { Notice, ProblemNotice } from "../../design/Notice";
import { parseRange } from "../../design/range";
import { SearchBox } from "../../design/SearchBox";
import { Table } from "../../design/Table";
import { isTyping, TimeRange } from "../../design/TimeRange";
import { useZone } from "../../design/zone";
import { TopBar } from "../../shell/Shell";
import { Views } from "../../shell/Views";
import { useWorkspace } from "../../shell/workspace";
import { CallDrawer } from "./CallDrawer";
import classes from "./CallsPage.module.css";
import { type CallRow, type CallSearch, filterNames, parametersOf, queryOf, timeOf, usualTime } from "./calls";
import { chosenColumns, columnsAt, toggled } from "./columns";
import { Export } from "./Export";
import { LiveButton } from "./LiveButton";
import { Nothing } from "./Nothing";
import { Said } from "./Said";
import { useCalls } from "./useCalls";
import { useDimensions } from "./useDimensions";
import { room, useLive } from "./useLive";
import { Volume } from "./Volume";

const here = getRouteApi("/inside/calls");

/** What happened, why, and what it cost. */
export function CallsPage() {
  const search = here.useSearch();
  useEffect(fetchChart, []);
  const workspace = useWorkspace();
  const navigate = here.useNavigate();
  const may = useMay();
  const [zone] = useZone();
  const { call: openId, time: stretch = usualTime, columns: columnNames } = search;
  const filterText = parametersOf(queryOf({ ...search, workspace }));
  const query = useMemo(() => Object.fromEntries(new URLSearchParams(filterText)), [filterText]);

  const endsInThePast = parseRange(stretch, new Date(), zone)?.to !== undefined;
  const isSearch = search.said !== undefined && may("contents.read");
  const isLive = search.live !== undefined && !endsInThePast && !isSearch;
  const [isInList, setInList] = useState(false);
  const isReading = isInList || openId !== undefined;
  const calls = useCalls(query, stretch, zone);
  const { rows: stored, first, read } = calls;
  const live = useLive(isLive, filterText, isReading, read);
  // What came live stays in the list until the store has it, which is a moment after a call.
  const [left, setLeft] = useState<readonly CallRow[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list
  useEffect(() => setLeft([]), [filterText, stretch]);
  const rows = useMemo(() => {
    if (live.rows.length === 0) {
      const has = new Set(stored.map((r) => r.id));
      const waits = left.filter((r) => !has.has(r.id));
      return waits.length === 0 ? stored : [...waits, ...stored];
    }
    // Behind more rows than are kept there would be a gap.
    const came = new Set(live.rows.map((r) => r.id));
    const before = isReading ? stored : first;
    return live.missed > 0 || live.rows.length >= room ? live.rows : [...live.rows, ...before.filter((r) => !came.has(r.id))];
  }, [live.rows, live.missed, left, stored, first, isReading]);

  const { dimensions, names } = useDimensions(first);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what counts as today is as old as the data
  const all = useMemo(() => columnsAt(new Date(), zone, names), [zone, names, calls.readAt]);
  const columns = useMemo(() => chosenColumns(all, columnNames), [all, columnNames]);
  const show = useCallback(
    (next: CallSearch & { workspace?: string | undefined }) => {
      void navigate({ search: (old) => ({ ...old, ...next }) });
    },
    [navigate],
  );
  const close = useCallback(() => show({ call: undefined, explain: undefined }), [show]);
  const open = useCallback((call: string) => show({ call }), [show]);
  const scroll = useRef<HTMLDivElement>(null);
  const showWaiting = () => {
    live.show();
    scroll.current?.scrollTo({ top: 0 });
  };
  const toggleLive = useCallback(() => {
    if (endsInThePast) return;
    // The store has what other nodes ended too.
    if (isLive) read();
    setLeft(isLive && live.missed === 0 ? live.rows : []);
    show({ live: isLive ? undefined : "1" });
  }, [endsInThePast, isLive, live.rows, live.missed, read, show]);
  const refresh = () => {
    setLeft([]);
    read();
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "l" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      toggleLive();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [toggleLive]);

  return (
    <>
      <TopBar title="Calls">
        {calls.readAt > 0 && !isLive && <span className="muted num">as of {time(new Date(calls.readAt), new Date(), zone)}</span>}
        <LiveButton live={live} isOn={isLive} isReading={isReading} endsInThePast={endsInThePast} onToggle={toggleLive} />
        <TimeRange value={stretch} onChange={(text) => show({ time: text === usualTime ? undefined : text })} />
        {!isLive && (
          <Button onClick={refresh} busy={calls.isReading}>
            Refresh
          </Button>
        )}
      </TopBar>
      <div className={classes.page}>
        <div className={classes.list}>
          <FilterBar dimensions={dimensions} values={{ ...search, workspace }} onChange={(id, value) => show({ [id]: value })}>
            {may("contents.read") && (
              <SearchBox
                label="Search what was said"
                isSent
                value={search.said ?? ""}
                onChange={(text) => show({ said: text === "" ? undefined : text, live: undefined })}
              />
            )}
            <Views of="calls" search={{ ...search, workspace }} />
            <Menu
              stays
              items={all.map((c) => ({
                name: c.head,
                isOn: columns.some((s) => s.id === c.id),
                onSelect: () => show({ columns: toggled(all, columnNames, c.id) }),
              }))}
            >
              <Button kind="quiet" small icon="columns" aria-label="Columns" title="Columns" />
            </Menu>
            <Export parameters={() => parametersOf({ ...query, ...timeOf(stretch, new Date(), zone) })} />
          </FilterBar>
          {may("usage.read") && !isSearch && (
            <Volume
              query={query}
              time={stretch}
              zone={zone}
              isLive={isLive}
              onTime={(text) => show({ time: text })}
              onOutcome={(outcome) => show({ outcome })}
            />
          )}
          {calls.error !== null && rows.length > 0 && (
            <div className={classes.stale}>
              <Notice state="failed" title={calls.error.message} actions={<Button onClick={read}>Try now</Button>}>
                {calls.readAt > 0 && `You see data of ${time(new Date(calls.readAt), new Date(), zone)}.`}
              </Notice>
            </div>
          )}
          {live.waiting > 0 && (
            <button type="button" className={classes.waiting} onClick={showWaiting}>
              {count(live.waiting)} new {live.waiting === 1 ? "call" : "calls"}. Show
            </button>
          )}
          {live.missed > 0 && (
            <p className={classes.missed} role="status">
              {count(live.missed)} more calls ended than fit here. Older ones are in the list when live is off.
            </p>
          )}
          {isSearch ? (
            <Said text={search.said ?? ""} query={query} stretch={stretch} zone={zone} openId={openId} onOpen={open} />
          ) : (
            <Table
              label="Calls"
              columns={columns}
              rows={rows}
              idOf={idOf}
              openId={openId}
              onOpen={open}
              onEnd={calls.more}
              isNarrow={openId !== undefined}
              onReading={setInList}
              scroll={scroll}
            >
              {calls.isPending ? (
                <LoadingRows columns={6} />
              ) : calls.error !== null ? (
                <ProblemNotice problem={calls.error} />
              ) : isLive ? (
                <Notice state="running" title="Waiting for calls">
                  Each stands here as soon as it has ended.
                </Notice>
              ) : (
                <Nothing
                  query={query}
                  hasFilter={Object.keys(query).length > 0}
                  zone={zone}
                  show={show}
                  onClear={() => show(Object.fromEntries(filterNames.map((n) => [n, undefined])))}
                />
              )}
            </Table>
          )}
        </div>
        {openId !== undefined && (
          <CallDrawer
            key={openId}
            id={openId}
            names={names}
            isExplained={search.explain !== undefined}
            show={show}
            onClose={close}
          />
        )}
      </div>
    </>
  );
}

const idOf = (c: { id: string }) => c.id;
