import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Button } from "../../design/Button";
import { time } from "../../design/format";
import { Notice, ProblemNotice } from "../../design/Notice";
import { TopBar } from "../../shell/Shell";
import { Breakdown } from "./Breakdown";
import { Causes, Models } from "./Causes";
import { Empty } from "./Empty";
import { Figures } from "./Figures";
import { useNames } from "./names";
import classes from "./OverviewPage.module.css";
import {
  bandsOf,
  defaultPreset,
  type Figure,
  figures,
  type Grouping,
  groupings,
  type OverviewSearch,
  presets,
  spanOf,
  useReports,
} from "./overview";
import { Rail } from "./Rail";
import { Trend } from "./Trend";

const here = getRouteApi("/inside/overview");

/** How often a page that ends now looks again. */
const freshMs = 60_000;

/** What our use costs and gives, and what needs somebody. */
export function OverviewPage() {
  const search = here.useSearch();
  const navigate = here.useNavigate();
  const [now, setNow] = useState(() => Date.now());
  const span = useMemo(() => spanOf(search, now), [search, now]);
  const show: Figure = figures.find((f) => f === search.show) ?? "spend";
  const by: Grouping = groupings.find((g) => g === search.by) ?? "use_case";
  const bands = useMemo(() => bandsOf(span, now), [span, now]);
  const reports = useReports(span, by, show, undefined);
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

  const preset = search.from === undefined ? (search.range ?? defaultPreset) : "";
  const isEmpty = reports.total === undefined && !reports.isPending && reports.error === null;
  return (
    <>
      <TopBar title="Overview">
        {reports.updatedAt > 0 && <span className="muted num">as of {time(new Date(now), new Date())}</span>}
        <select
          className={classes.range}
          aria-label="Time range"
          value={preset}
          onChange={(e) => set({ range: e.currentTarget.value, from: undefined, to: undefined })}
        >
          {preset === "" && (
            <option value="">{`${time(new Date(span.from), new Date())} – ${time(new Date(span.to), new Date())}`}</option>
          )}
          {presets.map((p) => (
            <option key={p.value} value={p.value}>
              {p.label}
            </option>
          ))}
        </select>
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
        <Empty span={span} onRange={(range) => set({ range, from: undefined, to: undefined })} />
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
                onBy={(next) => set({ by: next })}
                onZoom={(from, to) => set({ from, to, range: undefined })}
              />
              <Breakdown reports={reports} by={by} span={span} names={names} />
              <div className={classes.low}>
                <Causes report={reports.causes} span={span} />
                <Models report={reports.models} span={span} />
              </div>
            </div>
            <Rail names={names} now={now} />
          </div>
        </>
      )}
    </>
  );
}
