import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { Button } from "../../design/Button";
import { type Dimension, FilterBar } from "../../design/FilterBar";
import { time } from "../../design/format";
import { LoadingRows } from "../../design/LoadingRows";
import { Notice, ProblemNotice } from "../../design/Notice";
import { Table } from "../../design/Table";
import { TimeRange } from "../../design/TimeRange";
import { useZone } from "../../design/zone";
import { TopBar } from "../../shell/Shell";
import { ActDrawer } from "./ActDrawer";
import classes from "./AuditPage.module.css";
import { type Act, type ActSearch, actFilterNames, actionOptions, queryOf, statusOptions, usualTime } from "./acts";
import { columnsAt } from "./columns";
import { ExportDialog } from "./ExportDialog";
import { Logs } from "./Logs";
import { Nothing } from "./Nothing";
import { logsQuery } from "./queries";
import { useActors } from "./useActors";
import { useActs } from "./useActs";

const here = getRouteApi("/inside/audit");

/** Who did what, and the proof of it. */
export function AuditPage() {
  const search = here.useSearch();
  const navigate = here.useNavigate();
  const queries = useQueryClient();
  const [zone] = useZone();
  const { act: openId, time: stretch = usualTime, actor, action, resource, status } = search;
  const query = useMemo(() => queryOf({ actor, action, resource, status }), [actor, action, resource, status]);
  const acts = useActs(query, stretch, zone);
  const actors = useActors();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what counts as today is as old as the data
  const columns = useMemo(() => columnsAt(new Date(), zone, actors), [zone, actors, acts.readAt]);
  const dimensions = useMemo(
    (): Dimension[] => [
      // An id is typed where one may not know the names.
      { id: "actor", name: "Who", options: actors.options, isFree: actors.options.length === 0 },
      { id: "action", name: "What", verb: "has", options: actionOptions, isFree: true },
      { id: "resource", name: "Address", verb: "has", options: [], isFree: true },
      { id: "status", name: "Status", options: statusOptions, isFree: true },
    ],
    [actors.options],
  );
  const show = useCallback((next: ActSearch) => void navigate({ search: (old) => ({ ...old, ...next }) }), [navigate]);
  const close = useCallback(() => show({ act: undefined }), [show]);
  const open = useCallback((act: string) => show({ act }), [show]);
  const refresh = () => {
    acts.read();
    void queries.invalidateQueries(logsQuery);
  };
  return (
    <>
      <TopBar title="Audit">
        {acts.readAt > 0 && <span className="muted num">as of {time(new Date(acts.readAt), new Date(), zone)}</span>}
        <TimeRange value={stretch} onChange={(text) => show({ time: text === usualTime ? undefined : text })} />
        <Button onClick={refresh} busy={acts.isReading}>
          Refresh
        </Button>
        <Button icon="export" onClick={() => show({ export: "1" })}>
          Export
        </Button>
      </TopBar>
      <div className={classes.page}>
        <div className={classes.list}>
          <Logs />
          <FilterBar dimensions={dimensions} values={search} onChange={(id, value) => show({ [id]: value })} />
          {acts.error !== null && acts.rows.length > 0 && (
            <div className={classes.stale}>
              <Notice state="failed" title={acts.error.message} actions={<Button onClick={refresh}>Try now</Button>}>
                {acts.readAt > 0 && `You see data of ${time(new Date(acts.readAt), new Date(), zone)}.`}
              </Notice>
            </div>
          )}
          <Table
            label="Acts"
            columns={columns}
            rows={acts.rows}
            idOf={idOf}
            openId={openId}
            onOpen={open}
            onEnd={acts.more}
            isNarrow={openId !== undefined}
          >
            {acts.isPending ? (
              <LoadingRows columns={5} />
            ) : acts.error !== null ? (
              <ProblemNotice problem={acts.error} />
            ) : (
              <Nothing
                query={query}
                zone={zone}
                show={show}
                onClear={() => show(Object.fromEntries(actFilterNames.map((n) => [n, undefined])))}
              />
            )}
          </Table>
        </div>
        {openId !== undefined && (
          <ActDrawer
            key={openId}
            id={openId}
            listed={acts.rows.find((a) => a.id === openId)}
            actors={actors}
            show={show}
            onClose={close}
          />
        )}
      </div>
      {search.export !== undefined && <ExportDialog stretch={stretch} onClose={() => show({ export: undefined })} />}
    </>
  );
}

const idOf = (act: Act) => act.id;
