import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { FilterBar } from "../../design/FilterBar";
import { time } from "../../design/format";
import { Notice, ProblemNotice } from "../../design/Notice";
import { Pick } from "../../design/Pick";
import { parseRange } from "../../design/range";
import { Segments } from "../../design/Segments";
import { LoadingRows, Table } from "../../design/Table";
import { TimeRange } from "../../design/TimeRange";
import { useZone } from "../../design/zone";
import { TopBar } from "../../shell/Shell";
import { listColumns, pivotColumns } from "./columns";
import { Prices } from "./Prices";
import { Proof } from "./Proof";
import { pivotOf } from "./pivot";
import { usageQuery } from "./queries";
import classes from "./UsagePage.module.css";
import {
  type Asked,
  callsOf,
  csvAddress,
  dimensions,
  type Filters,
  type Grouping,
  isGrouping,
  isTime,
  measures,
  sorted,
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
  const navigate = here.useNavigate();
  const may = useMay();
  const [zone] = useZone();
  const first: Grouping = isGrouping(search.by) ? search.by : "use_case";
  const second =
    isGrouping(search.and) && search.and !== first && !(isTime(first) && isTime(search.and)) ? search.and : undefined;
  const isPivot = search.view === "pivot" && second !== undefined;
  const measure = measures.find((m) => m.value === search.of)?.value ?? "cost";
  const filters = useMemo(
    () => Object.fromEntries(dimensions.flatMap((d) => (search[d.value] ? [[d.value, search[d.value]]] : []))) as Filters,
    [search],
  );
  // The end of a range that ends now is fixed until something else is asked, so that file and screen are of the same moment.
  const said = search.range ?? usual;
  const range = useMemo(() => {
    const now = new Date();
    const parsed = parseRange(said, now, zone) ?? parseRange(usual, now, zone);
    return { from: (parsed?.from ?? now).toISOString(), to: (parsed?.to ?? now).toISOString() };
  }, [said, zone]);
  const asked = useMemo<Asked>(
    () => ({ by: second === undefined ? [first] : [first, second], ...range, filters }),
    [first, second, range, filters],
  );
  const narrowings = useDimensions(range.from, range.to);
  const usage = useQuery({ ...usageQuery(asked), placeholderData: keepPreviousData });
  const report = usage.isPlaceholderData && usage.data?.lines[0]?.group[first] === undefined ? undefined : usage.data;
  const show = useCallback((next: UsageSearch) => void navigate({ search: (old) => ({ ...old, ...next }) }), [navigate]);
  const rows = useMemo(() => sorted(report?.lines ?? [], asked.by), [report, asked.by]);
  const open = (group: Readonly<Record<string, string>>) => void navigate({ to: "/calls", search: callsOf(group, asked) });
  const name = `usage-${asked.by.join("-")}-${range.from.slice(0, 10)}-${range.to.slice(0, 10)}.csv`;
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
        {usage.dataUpdatedAt > 0 && <span className="muted num">as of {time(range.to, new Date())}</span>}
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
          why={rows.length === 0 ? "There is nothing to export" : undefined}
          onClick={() => download(csvAddress(asked), name)}
        >
          CSV
        </Button>
      </TopBar>
      <div className={classes.page}>
        <div className={classes.list}>
          <FilterBar dimensions={narrowings} values={filters} onChange={(d, value) => show({ [d]: value })}>
            <Pick
              label="By"
              options={groupings}
              value={first}
              onChange={(by) => show({ by: by === "use_case" ? undefined : by })}
            />
            <Pick
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
                  { value: "list", label: "List" },
                  { value: "pivot", label: "Pivot" },
                ]}
                value={isPivot ? "pivot" : "list"}
                onChange={(view) => show({ view: view === "pivot" ? view : undefined })}
              />
            )}
            {isPivot && (
              <Pick
                label="of"
                options={measures}
                value={measure}
                onChange={(of) => show({ of: of === "cost" ? undefined : of })}
              />
            )}
          </FilterBar>
          {usage.error !== null && rows.length > 0 && (
            <div className={classes.stale}>
              <Notice
                state="failed"
                title={usage.error.message}
                actions={<Button onClick={() => void usage.refetch()}>Try now</Button>}
              >
                You see data of {time(new Date(usage.dataUpdatedAt), new Date())}.
              </Notice>
            </div>
          )}
          {report === undefined || rows.length === 0 ? (
            <Table label="Usage" columns={[]} rows={[]} idOf={() => ""} onOpen={() => undefined}>
              {empty}
            </Table>
          ) : isPivot && second !== undefined ? (
            <PivotTable report={report} rows={rows} asked={asked} first={first} second={second} measure={measure} onOpen={open} />
          ) : (
            <Table
              label="Usage"
              columns={listColumns(report, asked)}
              rows={rows}
              idOf={(l) => asked.by.map((g) => l.group[g] ?? "").join("\n")}
              onOpen={(id) => open(Object.fromEntries(id.split("\n").map((value, i) => [asked.by[i] ?? "", value])))}
              isNarrow={search.prices !== undefined}
            />
          )}
          {report !== undefined && (
            <Proof report={report} asked={asked} lines={rows.length} onModel={(model) => show({ model })} />
          )}
        </div>
        {search.prices !== undefined && may("prices.read") && (
          <Prices asked={asked} onClose={() => show({ prices: undefined })} />
        )}
      </div>
    </>
  );
}

function PivotTable({
  report,
  rows,
  asked,
  first,
  second,
  measure,
  onOpen,
}: {
  report: Parameters<typeof listColumns>[0];
  rows: Parameters<typeof pivotOf>[0];
  asked: Asked;
  first: Grouping;
  second: Grouping;
  measure: Parameters<typeof pivotOf>[3];
  onOpen: (group: Readonly<Record<string, string>>) => void;
}) {
  const pivot = useMemo(() => pivotOf(rows, first, second, measure), [rows, first, second, measure]);
  const columns = useMemo(
    () => pivotColumns(pivot, first, second, measure, report, asked),
    [pivot, first, second, measure, report, asked],
  );
  return (
    <Table
      label="Usage, crossed"
      columns={columns}
      rows={pivot.rows}
      idOf={(r) => r.key}
      onOpen={(key) => onOpen({ [first]: key })}
    />
  );
}

/** A file of the API, under a name that says what it is. */
function download(address: string, name: string) {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}
