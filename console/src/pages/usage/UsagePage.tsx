import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { FilterBar } from "../../design/FilterBar";
import { time } from "../../design/format";
import { LoadingRows } from "../../design/LoadingRows";
import { useIsTight } from "../../design/media";
import { Notice, ProblemNotice } from "../../design/Notice";
import { Pick } from "../../design/Pick";
import { parseRange } from "../../design/range";
import { Segments } from "../../design/Segments";
import { Table } from "../../design/Table";
import { TimeRange } from "../../design/TimeRange";
import { useZone } from "../../design/zone";
import { useMayOpen } from "../../shell/LinkTo";
import { TopBar } from "../../shell/Shell";
import { Views } from "../../shell/Views";
import { useWorkspace } from "../../shell/workspace";
import { Prices } from "./Prices";
import { Proof } from "./Proof";
import { usageQuery } from "./queries";
import { ListTable, PivotTable } from "./Tables";
import classes from "./UsagePage.module.css";
import {
  type Answer,
  type Asked,
  callsLink,
  csvAddress,
  dimensions,
  type Filters,
  type Grouping,
  isGrouping,
  isTime,
  measures,
  type Report,
  times,
  type UsageSearch,
} from "./usage";
import { useDimensions } from "./useDimensions";

const here = getRouteApi("/inside/usage");

const groupings: readonly { value: Grouping; label: string }[] = [...times, ...dimensions];

/** What is shown where the address says nothing. */
const usual = "30d";

/** Who pays for what. */
export function UsagePage() {
  const search = here.useSearch();
  const workspace = useWorkspace();
  const navigate = here.useNavigate();
  const may = useMay();
  const mayOpen = useMayOpen();
  const [zone] = useZone();
  const isTight = useIsTight();
  const first: Grouping = isGrouping(search.by) ? search.by : "use_case";
  const second =
    isGrouping(search.and) && search.and !== first && !(isTime(first) && isTime(search.and)) ? search.and : undefined;
  const isPivot = search.view === "pivot" && second !== undefined;
  const measure = measures.find((m) => m.value === search.of)?.value ?? "cost";
  const filters = useMemo(
    () => Object.fromEntries(dimensions.flatMap((d) => (search[d.value] ? [[d.value, search[d.value]]] : []))) as Filters,
    [search],
  );
  // A range that ends now ends when it was asked for: file and screen are of the same moment.
  const said = search.range ?? usual;
  const [now, setNow] = useState(() => new Date());
  const range = useMemo(() => {
    const parsed = parseRange(said, now, zone) ?? parseRange(usual, now, zone);
    return { from: (parsed?.from ?? now).toISOString(), to: (parsed?.to ?? now).toISOString() };
  }, [said, zone, now]);
  const asked = useMemo<Asked>(
    () => ({ by: second === undefined ? [first] : [first, second], ...range, filters }),
    [first, second, range, filters],
  );
  const narrowings = useDimensions(range.from, range.to);
  const usage = useQuery(usageQuery(asked));
  const answer = useAnswer(asked, usage);
  const lines = answer?.report.lines.length ?? 0;
  const show = useCallback((next: UsageSearch) => void navigate({ search: (old) => ({ ...old, ...next }) }), [navigate]);
  const sorting = { by: search.sort, onSort: (sort: string | undefined) => show({ sort }) };
  const open = (group: Readonly<Record<string, string>>) => {
    const search = answer !== undefined && mayOpen("/calls") ? callsLink(group, answer.asked, zone) : null;
    if (search !== null) void navigate({ to: "/calls", search });
  };
  const empty = usage.isPending ? (
    <LoadingRows columns={7} />
  ) : usage.error !== null ? (
    <ProblemNotice problem={usage.error} />
  ) : (
    <Notice
      state="idle"
      title={Object.keys(filters).length > 0 ? "No call in this range fits these filters" : "No calls in this range"}
      actions={
        Object.keys(filters).length > 0 ? (
          <Button onClick={() => show(Object.fromEntries(dimensions.map((d) => [d.value, undefined])))}>Clear filters</Button>
        ) : said === usual ? undefined : (
          <Button onClick={() => show({ range: undefined })}>Show the last 30 days</Button>
        )
      }
    >
      Calls are counted here a moment after they end.
    </Notice>
  );
  return (
    <>
      <TopBar title="Usage">
        {answer !== undefined && (
          <Button kind="quiet" title="Refresh" onClick={() => setNow(new Date())} busy={usage.isFetching}>
            <span className="num">as of {time(now, new Date(), zone)}</span>
          </Button>
        )}
        <TimeRange value={said} onChange={(text) => show({ range: text === usual ? undefined : text })} />
        <Button
          aria-pressed={search.prices !== undefined}
          onClick={() => show({ prices: search.prices === undefined ? "1" : undefined })}
        >
          Prices
        </Button>
        <Button
          kind="main"
          icon="export"
          why={lines === 0 ? "There is nothing to export" : undefined}
          onClick={() => answer !== undefined && download(answer.asked)}
        >
          CSV
        </Button>
      </TopBar>
      <div className={classes.page}>
        <div className={classes.list}>
          <FilterBar dimensions={narrowings} values={filters} onChange={(d, value) => show({ [d]: value })}>
            <Pick
              name="Group by"
              label="By"
              options={groupings}
              value={first}
              onChange={(by) => show({ by: by === "use_case" ? undefined : by })}
            />
            <Pick
              name="And by"
              label="and"
              options={[
                { value: "", label: "nothing" },
                ...groupings.filter((g) => g.value !== first && !(isTime(first) && isTime(g.value))),
              ]}
              value={second ?? ""}
              onChange={(and) => show({ and: and || undefined, ...(and === "" ? { view: undefined } : {}) })}
            />
            {second !== undefined && (
              <Segments
                label="Seen as"
                options={[
                  { value: "list", name: "List" },
                  { value: "pivot", name: "Pivot" },
                ]}
                value={isPivot ? "pivot" : "list"}
                onChange={(view) => show({ view: view === "pivot" ? view : undefined })}
              />
            )}
            {isPivot && (
              <Pick
                name="Pivot of"
                label="of"
                options={measures}
                value={measure}
                onChange={(of) => show({ of: of === "cost" ? undefined : of })}
              />
            )}
            <Views of="usage" search={{ ...search, workspace }} />
          </FilterBar>
          {usage.error !== null && lines > 0 && (
            <div className={classes.stale}>
              <Notice
                state="failed"
                title={usage.error.message}
                actions={<Button onClick={() => void usage.refetch()}>Try now</Button>}
              >
                You see data of {time(new Date(usage.dataUpdatedAt), new Date(), zone)}.
              </Notice>
            </div>
          )}
          {answer === undefined || lines === 0 ? (
            <Table label="Usage" columns={[]} rows={[]} idOf={() => ""} onOpen={() => undefined}>
              {empty}
            </Table>
          ) : isPivot && answer.asked.by[1] !== undefined ? (
            <PivotTable answer={answer} across={answer.asked.by[1]} measure={measure} sorting={sorting} onOpen={open} />
          ) : (
            <ListTable answer={answer} isNarrow={search.prices !== undefined || isTight} sorting={sorting} onOpen={open} />
          )}
          {answer !== undefined && lines > 0 && <Proof answer={answer} onModel={(model) => show({ model })} />}
        </div>
        {search.prices !== undefined && may("prices.read") && (
          <Prices asked={asked} onClose={() => show({ prices: undefined })} />
        )}
      </div>
    </>
  );
}

/** The report with what it was asked for. While another is on its way, the one before it. */
function useAnswer(asked: Asked, { data: report, error }: { data: Report | undefined; error: unknown }): Answer | undefined {
  const [last, setLast] = useState<Answer>();
  if (report === undefined) return error === null ? last : undefined;
  if (last?.asked === asked && last.report === report) return last;
  const answer = { asked, report };
  setLast(answer);
  return answer;
}

/** A file of the API, under a name that says what it is. */
function download(asked: Asked) {
  const link = document.createElement("a");
  link.href = csvAddress(asked);
  link.download = `usage-${asked.by.join("-")}-${asked.from.slice(0, 10)}-${asked.to.slice(0, 10)}.csv`;
  link.click();
}
