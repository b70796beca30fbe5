import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { Filter } from "../../design/Filter";
import { time } from "../../design/format";
import { Notice, ProblemNotice } from "../../design/Notice";
import { LoadingRows, Table } from "../../design/Table";
import { TopBar } from "../../shell/Shell";
import { AddModels } from "./AddModels";
import { ConnectDialog } from "./ConnectDialog";
import { ConnectionDrawer } from "./ConnectionDrawer";
import { columnsOf } from "./columns";
import { ModelDrawer } from "./ModelDrawer";
import classes from "./ModelsPage.module.css";
import { connectionsQuery, deploymentsQuery, healthQuery, hoursQuery, hubQuery } from "./models";
import { type Row, rowsOf } from "./rows";

const here = getRouteApi("/inside/models");

export type ModelSearch = {
  q?: string | undefined;
  state?: string | undefined;
  at?: string | undefined;
  /** The row whose details stand beside the list: a connection, a deployment or a model. */
  open?: string | undefined;
  /** A provider is being connected. */
  connect?: string | undefined;
  /** Models are being added over this connection. */
  add?: string | undefined;
};

/** What may we call, is it well, at what price. */
export function ModelsPage() {
  const search = here.useSearch();
  const navigate = here.useNavigate();
  const may = useMay();
  const connections = useQuery({ ...connectionsQuery, enabled: may("connections.read") });
  const deployments = useQuery({ ...deploymentsQuery, enabled: may("routes.read") });
  const health = useQuery({ ...healthQuery, enabled: may("connections.read") });
  const hours = useQuery({ ...hoursQuery, enabled: may("connections.read") });
  const hub = useQuery(hubQuery);
  const { q, state, at } = search;
  const rows = useMemo(
    () => rowsOf(connections.data ?? none, deployments.data ?? none, hub.data ?? none, { q, state, connection: at }),
    [connections.data, deployments.data, hub.data, q, state, at],
  );
  const healthOf = useMemo(() => new Map(health.data?.map((h) => [h.id, h])), [health.data]);
  const columns = useMemo(() => columnsOf({ now: new Date(), health: healthOf, hours: hours.data }), [healthOf, hours.data]);
  const show = useCallback((next: ModelSearch) => void navigate({ search: (old) => ({ ...old, ...next }) }), [navigate]);
  const close = useCallback(() => show({ open: undefined }), [show]);
  const open = useCallback((id: string) => id !== "alone" && show({ open: id }), [show]);
  const all = useMemo(
    () => rowsOf(connections.data ?? none, deployments.data ?? none, hub.data ?? none, {}),
    [connections.data, deployments.data, hub.data],
  );
  const row = all.find((r) => r.id === search.open) ?? modelRow(all, search.open);
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
          <div className={classes.filters}>
            <Filter name="Name" value={q} onChange={(next) => show({ q: next })} />
            <Filter
              name="State"
              value={state}
              options={["approved", "quarantined", "retired", "unpriced"]}
              onChange={(next) => show({ state: next })}
            />
            <Filter
              name="Connection"
              value={at}
              options={(connections.data ?? none).map((c) => c.name).sort()}
              onChange={(next) => show({ at: next })}
            />
          </div>
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
            openId={search.open}
            onOpen={open}
            isNarrow={row !== undefined}
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
        {row?.kind === "connection" && (
          <ConnectionDrawer
            key={row.id}
            row={row}
            health={healthOf.get(row.id)}
            hours={hours.data}
            onAdd={() => show({ add: row.id })}
            onOpen={(id) => show({ open: id })}
            onClose={close}
          />
        )}
        {(row?.kind === "deployment" || row?.kind === "model") && row.model !== undefined && (
          <ModelDrawer key={row.model.model_id} id={row.model.model_id} health={healthOf} onClose={close} />
        )}
      </div>
      {search.connect !== undefined && may("connections.write") && (
        <ConnectDialog
          onClose={(made) => show({ connect: undefined, ...(made === undefined ? {} : { open: made, add: made }) })}
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

/** An address may name a model too, as links from other pages do. */
function modelRow(rows: readonly Row[], id: string | undefined): Row | undefined {
  return rows.find((r) => (r.kind === "deployment" || r.kind === "model") && r.model?.model_id === id);
}

const none: never[] = [];
