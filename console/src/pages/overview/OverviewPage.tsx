import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Button } from "../../design/Button";
import { fetchChart } from "../../design/Chart";
import { Notice, ProblemNotice } from "../../design/Notice";
import { writeRange } from "../../design/range";
import { TimeRange } from "../../design/TimeRange";
import { useTimes, useZone } from "../../design/zone";
import { TopBar } from "../../shell/Shell";
import { useWorkspace } from "../../shell/workspace";
import { Breakdown } from "./Breakdown";
import { Causes, Models } from "./Causes";
import { timeOf } from "./drill";
import { Empty } from "./Empty";
import { Figures } from "./Figures";
import { useNames } from "./names";
import classes from "./OverviewPage.module.css";
import { bandsOf, type Figure, figures, type Grouping, groupings, type OverviewSearch, spanOf, usualTime } from "./overview";
import { Rail } from "./Rail";
import { useReports } from "./reports";
import { Trend } from "./Trend";

const here = getRouteApi("/inside/overview");

/** How often a page that ends now looks again. */
const freshMs = 60_000;

/** What our use costs and gives, and what needs somebody. */
export function OverviewPage() {
  const { time } = useTimes();
  const search = here.useSearch();
  useEffect(fetchChart, []);
  const navigate = here.useNavigate();
  const [now, setNow] = useState(() => Date.now());
  const [zone] = useZone();
  const workspace = useWorkspace();
  const span = useMemo(() => spanOf(search.time, now, zone), [search.time, now, zone]);
  const show: Figure = figures.find((f) => f === search.show) ?? "spend";
  const by: Grouping = groupings.find((g) => g === search.by) ?? "use_case";
  const bands = useMemo(() => bandsOf(span, now, zone), [span, now, zone]);
  const reports = useReports(span, by, show, workspace);
  const names = useNames();
  const set = useCallback((next: OverviewSearch) => void navigate({ search: (old) => ({ ...old, ...next }) }), [navigate]);
  const look = useCallback(() => setNow(Date.now()), []);
  useEffect(() => {
    if (!span.isOpen) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") look();
    }, freshMs);
    return () => clearInterval(timer);
  }, [span.isOpen, look]);

  const at = timeOf(span, zone);
  const isEmpty = reports.total === undefined && !reports.isPending && reports.error === null;
  return (
    <>
      <TopBar title="Overview">
        {reports.updatedAt > 0 && <span className="muted num">as of {time(new Date(now), new Date())}</span>}
        <TimeRange value={search.time ?? usualTime} onChange={(text) => set({ time: text })} />
        <Button onClick={look} busy={reports.isFetching && !reports.isPending}>
          Refresh
        </Button>
      </TopBar>
      {reports.error !== null && (
        <div className={classes.stale}>
          {reports.total === undefined ? (
            <ProblemNotice problem={reports.error} />
          ) : (
            <Notice
              state="failed"
              title={reports.error.message}
              actions={<Button onClick={() => void reports.refetch()}>Try now</Button>}
            >
              You see data of {time(new Date(reports.updatedAt), new Date())}.
            </Notice>
          )}
        </div>
      )}
      {isEmpty ? (
        <Empty span={span} onTime={(text) => set({ time: text })} />
      ) : (
        <>
          <Figures reports={reports} bands={bands} span={span} show={show} onShow={(next) => set({ show: next })} />
          <div className={classes.body}>
            <div className={classes.left}>
              <Trend
                reports={reports}
                bands={bands}
                span={span}
                show={show}
                by={by}
                names={names}
                workspace={workspace}
                onBy={(next) => set({ by: next })}
                onZoom={(from, to) => set({ time: writeRange(from, to, zone) })}
              />
              <Breakdown
                reports={reports}
                by={by}
                at={at}
                names={names}
                sorting={{ by: search.sort, onSort: (sort) => set({ sort }) }}
              />
              <div className={classes.low}>
                <Causes report={reports.causes} at={at} isLegend={show === "failed"} />
                <Models report={reports.models} at={at} />
              </div>
            </div>
            <Rail names={names} now={now} />
          </div>
        </>
      )}
    </>
  );
}
