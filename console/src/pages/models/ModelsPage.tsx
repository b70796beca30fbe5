import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { connectionsQuery, providerHealthQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { type Dimension, FilterBar } from "../../design/FilterBar";
import { LoadingRows } from "../../design/LoadingRows";
import { useIsTight } from "../../design/media";
import { Notice, ProblemNotice } from "../../design/Notice";
import { Table } from "../../design/Table";
import { useTimes } from "../../design/zone";
import { TopBar } from "../../shell/Shell";
import { AddModels } from "./AddModels";
import { ConnectDialog } from "./ConnectDialog";
import { ConnectionDrawer } from "./ConnectionDrawer";
import { columnsOf, fittingColumns } from "./columns";
import { ModelDrawer } from "./ModelDrawer";
import classes from "./ModelsPage.module.css";
import { deploymentsQuery, hoursQuery, hubQuery } from "./models";
import { type Asked, type Row, rowsOf, sortedLines } from "./rows";

const here = getRouteApi("/inside/models");

export type ModelSearch = {
  q?: string | undefined;
  sort?: string | undefined;
  state?: string | undefined;
  at?: string | undefined;
  /** Whose details stand beside the list: a connection's, or a model's and the row that was opened. */
  connection?: string | undefined;
  model?: string | undefined;
  deployment?: string | undefined;
  /** A provider is being connected. */
  connect?: string | undefined;
  /** Models are being added over this connection. */
  add?: string | undefined;
};

/** What may we call, is it well, at what price. */
export function ModelsPage() {
  const { time } = useTimes();
  const search = here.useSearch();
  const navigate = here.useNavigate();
  const may = useMay();
  const isTight = useIsTight();
  const connections = useQuery({ ...connectionsQuery, enabled: may("connections.read") });
  const deployments = useQuery({ ...deploymentsQuery, enabled: may("routes.read") });
  const health = useQuery({ ...providerHealthQuery, enabled: may("connections.read") });
  const hours = useQuery({ ...hoursQuery, enabled: may("connections.read") });
  const hub = useQuery(hubQuery);
  const { q, state, at } = search;
  // Who may not see connections sees the models alone.
  const mayPlaces = may("connections.read");
  const list = useCallback(
    (asked: Asked) =>
      mayPlaces
        ? rowsOf(connections.data ?? none, deployments.data ?? none, hub.data ?? none, asked)
        : rowsOf(none, none, hub.data ?? none, asked, "Models"),
    [mayPlaces, connections.data, deployments.data, hub.data],
  );
  const healthOf = useMemo(() => new Map(health.data?.items.map((h) => [h.id, h])), [health.data]);
  const allColumns = useMemo(
    () => columnsOf({ now: new Date(), health: healthOf, hours: hours.data, isTight }),
    [healthOf, hours.data, isTight],
  );
  const columns = useMemo(() => fittingColumns(allColumns, isTight), [allColumns, isTight]);
  const rows = useMemo(
    () => sortedLines(list({ q, state, connection: at }), allColumns, search.sort),
    [list, q, state, at, allColumns, search.sort],
  );
  const show = useCallback((next: ModelSearch) => void navigate({ search: (old) => ({ ...old, ...next }) }), [navigate]);
  const all = useMemo(() => list({}), [list]);
  const close = useCallback(() => show(nothingOpen), [show]);
  const open = useCallback(
    (id: string) => {
      const row = all.find((r) => r.id === id);
      if (row?.kind === "connection") show({ ...nothingOpen, connection: id });
      else if (row?.kind === "deployment") show({ connection: undefined, model: row.deployment.model_id, deployment: id });
      else if (row?.kind === "model") show({ ...nothingOpen, model: id });
    },
    [all, show],
  );
  const connection = all.find((r) => r.kind === "connection" && r.id === search.connection);
  const model = hub.data?.find((m) => m.model_id === search.model || m.model === search.model);
  const openId =
    connection?.id ??
    (model === undefined
      ? undefined
      : (search.deployment ??
        all.find((r) => (r.kind === "deployment" || r.kind === "model") && r.model?.model_id === model.model_id)?.id));
  const dimensions = useMemo<Dimension[]>(
    () => [
      { id: "q", name: "Name", isFree: true, options: [] },
      {
        id: "state",
        name: "State",
        options: ["approved", "quarantined", "retired", "unpriced"].map((value) => ({ value, label: value })),
      },
      {
        id: "at",
        name: "Connection",
        options: (connections.data ?? none).map((c) => ({ value: c.name, label: c.name, note: c.preset ?? c.family })),
      },
    ],
    [connections.data],
  );
  const problem = hub.error ?? connections.error ?? deployments.error;
  const isPending =
    hub.isPending || (may("connections.read") && connections.isPending) || (may("routes.read") && deployments.isPending);
  const again = () =>
    Promise.all([hub.refetch(), connections.refetch(), deployments.refetch(), health.refetch(), hours.refetch()]);
  const isFiltered = q !== undefined || state !== undefined || at !== undefined;
  return (
    <>
      <TopBar title="Models and connections">
        {hub.dataUpdatedAt > 0 && <span className="muted num">as of {time(new Date(hub.dataUpdatedAt), new Date())}</span>}
        <Button onClick={() => void again()} busy={hub.isRefetching}>
          Refresh
        </Button>
        {may("connections.write") && (
          <Button kind="main" icon="plus" onClick={() => show({ connect: "1" })}>
            Connect a provider
          </Button>
        )}
      </TopBar>
      <div className={classes.page}>
        <div className={classes.list}>
          <FilterBar dimensions={dimensions} values={{ q, state, at }} onChange={(id, value) => show({ [id]: value })} />
          {problem !== null && all.length > 0 && (
            <div style={{ padding: "0 var(--pad) 8px" }}>
              <Notice state="failed" title={problem.message} actions={<Button onClick={() => void again()}>Try now</Button>}>
                You see data of {time(new Date(hub.dataUpdatedAt), new Date())}.
              </Notice>
            </div>
          )}
          <Table
            label="Models and connections"
            columns={columns}
            rows={rows}
            idOf={(r: Row) => r.id}
            openId={openId}
            onOpen={open}
            isNarrow={openId !== undefined}
            sorting={{ by: search.sort, onSort: (sort) => show({ sort }) }}
          >
            {isPending ? (
              <LoadingRows columns={6} />
            ) : problem !== null ? (
              <ProblemNotice problem={problem} />
            ) : isFiltered ? (
              <Notice
                state="idle"
                title="Nothing fits these filters"
                actions={<Button onClick={() => show({ q: undefined, state: undefined, at: undefined })}>Clear filters</Button>}
              />
            ) : (
              <Notice state="idle" title="No provider is connected">
                A connection is an account at a provider, or a server of your own. Connect one, then choose which of its models
                may be called.
              </Notice>
            )}
          </Table>
        </div>
        {connection?.kind === "connection" && (
          <ConnectionDrawer
            key={connection.id}
            row={connection}
            health={healthOf.get(connection.id)}
            hours={hours.data}
            onAdd={() => show({ add: connection.id })}
            onOpen={open}
            onClose={close}
          />
        )}
        {connection === undefined && model !== undefined && (
          <ModelDrawer key={model.model_id} id={model.model_id} health={healthOf} onClose={close} />
        )}
      </div>
      {search.connect !== undefined && may("connections.write") && (
        <ConnectDialog
          onClose={(made) =>
            show({ connect: undefined, ...(made === undefined ? {} : { ...nothingOpen, connection: made, add: made }) })
          }
        />
      )}
      {search.add !== undefined && may("models.write") && (
        <AddModels
          key={search.add}
          connection={connections.data?.find((c) => c.id === search.add)}
          onClose={() => show({ add: undefined })}
        />
      )}
    </>
  );
}

const nothingOpen = { connection: undefined, model: undefined, deployment: undefined };

const none: never[] = [];
