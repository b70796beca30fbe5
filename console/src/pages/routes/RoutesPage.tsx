import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useChanged } from "../../api/changes";
import { api, get } from "../../api/client";
import { routesQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import buttons from "../../design/Button.module.css";
import { type Dimension, FilterBar } from "../../design/FilterBar";
import { duration } from "../../design/format";
import { LoadingRows } from "../../design/LoadingRows";
import { useIsTight } from "../../design/media";
import { Notice, ProblemNotice } from "../../design/Notice";
import { StatusMark } from "../../design/Status";
import { sortedRows } from "../../design/sort";
import { type Column, Table } from "../../design/Table";
import { isTyping } from "../../design/TimeRange";
import { Toast } from "../../design/Toast";
import { useTimes } from "../../design/zone";
import { TopBar } from "../../shell/Shell";
import { bodyOfRoute } from "./draft";
import { ExplainDrawer } from "./ExplainDrawer";
import { useWorld } from "./Lanes";
import { type Lane, lanesOf } from "./lanes";
import { RouteDrawer } from "./RouteDrawer";
import classes from "./Routes.module.css";
import type { Route } from "./routes";
import { strategyOf } from "./strategies";

const here = getRouteApi("/inside/routes");

export type RouteSearch = {
  q?: string | undefined;
  sort?: string | undefined;
  /** The route whose details stand beside the list, by id or by name. */
  route?: string | undefined;
  /** The name that is explained. */
  explain?: string | undefined;
  /** As which key, with how many tokens. */
  as?: string | undefined;
  in?: string | undefined;
  out?: string | undefined;
  kind?: string | undefined;
};

function columnsOf(lanes: ReadonlyMap<string, Lane[]>, isTight: boolean): Column<Route>[] {
  return [
    {
      id: "name",
      head: "Name",
      sort: (r) => r.name,
      cell: (r) => {
        const { state, word } = stateOfRoute(r, lanes.get(r.id) ?? []);
        return (
          <span className={classes.name}>
            <StatusMark state={state} label={word} />
            <span className="mono cut">{r.name}</span>
          </span>
        );
      },
    },
    {
      id: "strategy",
      head: "Chooses",
      width: 120,
      spare: true,
      sort: (r) => strategyOf(r.strategy),
      cell: (r) => strategyOf(r.strategy),
    },
    {
      id: "targets",
      head: "Leads to",
      spare: isTight,
      cell: (r) => (
        <span className="mono muted" title={lanesText(lanes.get(r.id) ?? [])}>
          {lanesText(lanes.get(r.id) ?? [])}
        </span>
      ),
    },
    {
      id: "state",
      head: "State",
      width: 160,
      spare: isTight,
      sort: (r) => stateOfRoute(r, lanes.get(r.id) ?? []).word,
      cell: (r) => stateOfRoute(r, lanes.get(r.id) ?? []).word,
    },
    {
      id: "attempts",
      head: "Attempts",
      width: 84,
      right: true,
      spare: true,
      sort: (r) => r.max_attempts,
      cell: (r) => r.max_attempts,
    },
    {
      id: "cache",
      head: "Cache",
      width: 90,
      right: true,
      spare: true,
      sort: (r) => r.cache_seconds,
      cell: (r) => (r.cache_seconds === 0 ? "off" : duration(r.cache_seconds * 1e6)),
    },
    {
      id: "timeout",
      head: "Time limit",
      width: 90,
      right: true,
      spare: true,
      // None is no limit, not the shortest.
      sort: (r) => r.timeout_ms || null,
      cell: (r) => (r.timeout_ms === 0 ? "none" : duration(r.timeout_ms * 1000)),
    },
  ];
}

function lanesText(lanes: readonly Lane[]): string {
  return lanes
    .map((l) => `${l.model}${l.connection === "" ? "" : ` at ${l.connection}`}`)
    .filter((text) => text !== "")
    .join(", ");
}

export function stateOfRoute(route: Route, lanes: readonly Lane[]) {
  if (route.disabled) return { state: "idle", word: "Switched off" } as const;
  const on = lanes.filter((l) => l.off === null);
  const well = on.filter((l) => l.health === undefined || (l.health.breaker === "closed" && l.health.unavailable_until === null));
  if (lanes.length > 0 && on.length === 0) return { state: "failed", word: "Leads nowhere" } as const;
  if (on.length > 0 && well.length === 0) return { state: "failed", word: "Nothing answers now" } as const;
  if (well.length < on.length) return { state: "risk", word: `${well.length} of ${on.length} well` } as const;
  return { state: "good", word: "Well" } as const;
}

/** Where a name leads and why. */
export function RoutesPage() {
  const { time } = useTimes();
  const search = here.useSearch();
  const navigate = here.useNavigate();
  const changed = useChanged();
  const may = useMay();
  const isTight = useIsTight();
  const routes = useQuery(routesQuery);
  const world = useWorld();
  const [removed, setRemoved] = useState<Route>();
  const lanes = useMemo(
    () => new Map((routes.data ?? []).map((r) => [r.id, lanesOf(r.targets, r.strategy, world)])),
    [routes.data, world],
  );
  const columns = useMemo(() => columnsOf(lanes, isTight), [lanes, isTight]);
  const rows = useMemo(() => {
    const q = search.q?.toLowerCase();
    const fitting = (routes.data ?? none).filter(
      (r) =>
        q === undefined ||
        r.name.toLowerCase().includes(q) ||
        lanesText(lanes.get(r.id) ?? [])
          .toLowerCase()
          .includes(q),
    );
    return sortedRows(fitting, columns, search.sort);
  }, [routes.data, search.q, search.sort, lanes, columns]);
  const show = useCallback((next: RouteSearch) => void navigate({ search: (old) => ({ ...old, ...next }) }), [navigate]);
  const open = routes.data?.find((r) => r.id === search.route || r.name === search.route);
  const close = useCallback(() => show({ route: undefined }), [show]);
  const closeExplain = useCallback(
    () => show({ explain: undefined, as: undefined, in: undefined, out: undefined, kind: undefined }),
    [show],
  );
  const explained = open?.name ?? routes.data?.[0]?.name ?? world.hub[0]?.model;
  const mayExplain = may("routes.read") && may("keys.read") && explained !== undefined;
  useEffect(() => {
    if (!mayExplain) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "e" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      show({ explain: explained });
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [mayExplain, explained, show]);
  const back = useMutation({
    mutationFn: (route: Route) => get(api.POST("/api/routes", { body: bodyOfRoute(route) })),
    onSuccess: async (made) => {
      setRemoved(undefined);
      await changed("routes");
      show({ route: made.id });
    },
  });
  return (
    <>
      <TopBar title="Routes">
        {routes.dataUpdatedAt > 0 && <span className="muted num">as of {time(new Date(routes.dataUpdatedAt), new Date())}</span>}
        {mayExplain && (
          <Button title="E" onClick={() => show({ explain: explained })}>
            Explain a call
          </Button>
        )}
        {may("routes.write") && (
          <Link to="/routes/edit" className={`${buttons.button} ${buttons.main}`}>
            New route
          </Link>
        )}
      </TopBar>
      <div className={classes.page}>
        <div className={classes.list}>
          <FilterBar dimensions={dimensions} values={{ q: search.q }} onChange={(_, q) => show({ q })} />
          {routes.error !== null && routes.data !== undefined && (
            <div style={{ padding: "0 var(--pad) 8px" }}>
              <Notice
                state="failed"
                title={routes.error.message}
                actions={<Button onClick={() => void routes.refetch()}>Try now</Button>}
              >
                You see data of {time(new Date(routes.dataUpdatedAt), new Date())}.
              </Notice>
            </div>
          )}
          <Table
            label="Routes"
            columns={columns}
            rows={rows}
            idOf={(r) => r.id}
            openId={search.explain === undefined ? open?.id : undefined}
            onOpen={(route) => show({ route, explain: undefined })}
            isNarrow={open !== undefined || search.explain !== undefined}
            sorting={{ by: search.sort, onSort: (sort) => show({ sort }) }}
          >
            {routes.isPending ? (
              <LoadingRows columns={5} />
            ) : routes.error !== null ? (
              <ProblemNotice problem={routes.error} />
            ) : search.q !== undefined ? (
              <Notice
                state="idle"
                title="No route fits this filter"
                actions={<Button onClick={() => show({ q: undefined })}>Clear filter</Button>}
              />
            ) : (
              <Notice
                state="idle"
                title="No routes yet"
                actions={
                  may("routes.write") ? (
                    <Link to="/routes/edit" className={buttons.button}>
                      New route
                    </Link>
                  ) : undefined
                }
              >
                Every approved model can be called by its own name. A route is a name of yours for one or more of them, with an
                order, retries and a cache.
              </Notice>
            )}
          </Table>
        </div>
        {search.explain !== undefined ? (
          <ExplainDrawer key={search.explain} search={search} onChange={show} onClose={closeExplain} />
        ) : (
          open !== undefined && (
            <RouteDrawer
              key={open.id}
              route={open}
              lanes={lanes.get(open.id) ?? []}
              onExplain={() => show({ explain: open.name })}
              onRemoved={(route) => {
                setRemoved(route);
                close();
              }}
              onClose={close}
            />
          )
        )}
      </div>
      {removed !== undefined && (
        <Toast
          text={back.error === null ? `Route ${removed.name} is removed` : back.error.message}
          undo={() => back.mutate(removed)}
          busy={back.isPending}
          onClose={() => setRemoved(undefined)}
        />
      )}
    </>
  );
}

const none: Route[] = [];
const dimensions: readonly Dimension[] = [{ id: "q", name: "Name", isFree: true, options: [] }];
