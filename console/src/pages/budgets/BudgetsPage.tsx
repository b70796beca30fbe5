import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useEstate } from "../../api/estate";
import { useMay } from "../../api/session";
import { Button } from "../../design/Button";
import { LoadingRows } from "../../design/LoadingRows";
import { MeterKey } from "../../design/MeterBar";
import { useIsTight } from "../../design/media";
import { Notice, ProblemNotice } from "../../design/Notice";
import { Table } from "../../design/Table";
import { useTimes } from "../../design/zone";
import { TopBar } from "../../shell/Shell";
import { useWorkspace } from "../../shell/workspace";
import { BudgetDrawer } from "./BudgetDrawer";
import classes from "./BudgetsPage.module.css";
import { budgetsQuery, limitsQuery, openRequestsQuery } from "./budgets";
import { columnsOf } from "./columns";
import { decimalsFor, standingOf } from "./meter";
import { NewMeter } from "./NewMeter";
import {
  allLines,
  type Branch,
  type Line,
  lineId,
  nothing,
  prune,
  rowsOf,
  sortedBranches,
  type TreeRow,
  treeOf,
  within,
} from "./tree";

const here = getRouteApi("/inside/budgets");

export type BudgetSearch = {
  /** budget_…, limit_…, of one of many counts with |what it is of. */
  budget?: string | undefined;
  /** budget or limit: one is being made. */
  new?: string | undefined;
  /** risk or asked: only those. */
  only?: string | undefined;
  /** A key: what bounds it alone. */
  key?: string | undefined;
  /** 1: everything is unfolded. */
  all?: string | undefined;
  /** Ids that are folded, or unfolded, against what is usual. */
  fold?: string | undefined;
  sort?: string | undefined;
};

const isRoot = (row: TreeRow) => row.depth === 0 && row.isFirst;

/** What is left, and until when. */
export function BudgetsPage() {
  const { time } = useTimes();
  const search = here.useSearch();
  const navigate = here.useNavigate();
  const may = useMay();
  const estate = useEstate();
  const budgets = useQuery(budgetsQuery);
  const limits = useQuery(limitsQuery);
  const requests = useQuery(openRequestsQuery);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what runs out soon is as old as the data
  const now = useMemo(() => new Date(), [budgets.dataUpdatedAt, limits.dataUpdatedAt]);
  const asked = useMemo(() => new Set(requests.data?.map((r) => r.budget_id)), [requests.data]);
  const isTight = useIsTight();
  const workspace = useWorkspace();
  const tree = useMemo(() => {
    const whole = treeOf(estate, [...(budgets.data ?? []), ...(limits.data ?? [])], search.key);
    const of = search.key ?? workspace;
    return of === undefined ? whole : within(whole, of);
  }, [estate, budgets.data, limits.data, workspace, search.key]);
  const isAtRisk = useCallback(
    ({ meter, count }: Line) => count !== nothing && ["risk", "failed"].includes(standingOf(meter, count, now).state),
    [now],
  );
  const lines = useMemo(() => allLines(tree), [tree]);
  const atRisk = lines.filter(isAtRisk).length;
  const show = useCallback((next: BudgetSearch) => void navigate({ search: (old) => ({ ...old, ...next }) }), [navigate]);
  const fold = useCallback(
    (id: string) => {
      const turned = new Set(search.fold?.split(",").filter(Boolean));
      if (!turned.delete(id)) turned.add(id);
      show({ fold: turned.size === 0 ? undefined : [...turned].join(",") });
    },
    [search.fold, show],
  );
  const shown = useMemo(
    () =>
      search.only === "risk" ? prune(tree, isAtRisk) : search.only === "asked" ? prune(tree, (l) => asked.has(l.meter.id)) : tree,
    [tree, search.only, isAtRisk, asked],
  );
  const decimals = useMemo(() => decimalsFor(lines.filter((l) => l.meter.is_budget).map((l) => l.meter.limit)), [lines]);
  const columns = useMemo(() => columnsOf({ now, decimals, asked, onFold: fold }), [now, decimals, asked, fold]);
  const rows = useMemo(() => {
    const turned = new Set(search.fold?.split(","));
    // Unfolded unless there is much: then use cases show what is below them only where something is wrong.
    const usual = (branch: Branch, depth: number) =>
      search.all !== undefined ||
      search.only !== undefined ||
      search.key !== undefined ||
      depth < 2 ||
      lines.length <= 60 ||
      allLines(branch.below).some(isAtRisk);
    return rowsOf(sortedBranches(shown, columns, search.sort), (branch, depth) => usual(branch, depth) !== turned.has(branch.id));
  }, [shown, columns, search.sort, search.fold, search.all, search.only, search.key, lines.length, isAtRisk]);
  const open = lines.find((l) => lineId(l) === search.budget);
  const close = useCallback(() => show({ budget: undefined }), [show]);
  const keyName = estate.keys.find((k) => k.id === search.key)?.name ?? search.key;
  const problem = budgets.error ?? limits.error;
  const toggle = (only: string) => show({ only: search.only === only ? undefined : only });
  return (
    <>
      <TopBar title="Budgets">
        {budgets.dataUpdatedAt > 0 && (
          <span className="muted num">in US dollars, as of {time(new Date(budgets.dataUpdatedAt), new Date())}</span>
        )}
        {may("budgets.write") && (
          <>
            <Button icon="plus" onClick={() => show({ new: "limit" })}>
              Limit
            </Button>
            <Button kind="main" icon="plus" onClick={() => show({ new: "budget" })}>
              Budget
            </Button>
          </>
        )}
      </TopBar>
      <div className={classes.page}>
        <div className={classes.list}>
          <div className={classes.bar}>
            <Button small aria-pressed={search.only === "risk"} onClick={() => toggle("risk")}>
              At risk <span className="muted num">{atRisk}</span>
            </Button>
            {(asked.size > 0 || search.only === "asked") && (
              <Button small aria-pressed={search.only === "asked"} onClick={() => toggle("asked")}>
                More asked <span className="muted num">{requests.data?.length ?? 0}</span>
              </Button>
            )}
            {search.key !== undefined && (
              <Button small aria-pressed onClick={() => show({ key: undefined })}>
                Of key {keyName}
              </Button>
            )}
            <Button
              small
              kind="quiet"
              onClick={() => show(search.all === undefined ? { all: "1", fold: undefined } : { all: undefined, fold: undefined })}
            >
              {search.all === undefined ? "Expand all" : "Fold as usual"}
            </Button>
            <div className={classes.key}>
              <MeterKey />
            </div>
          </div>
          {problem !== null && lines.length > 0 && (
            <div className={classes.stale}>
              <Notice
                state="failed"
                title={problem.message}
                actions={<Button onClick={() => void Promise.all([budgets.refetch(), limits.refetch()])}>Try now</Button>}
              >
                You see data of {time(new Date(budgets.dataUpdatedAt), new Date())}.
              </Notice>
            </div>
          )}
          <Table
            label="Budgets and limits"
            columns={columns}
            rows={rows}
            idOf={(row) => row.id}
            openId={search.budget}
            onOpen={(id) => (rows.some((r) => r.id === id && r.line !== undefined) ? show({ budget: id }) : fold(id))}
            isNarrow={open !== undefined || isTight}
            sorting={{ by: search.sort, onSort: (sort) => show({ sort }) }}
            isHead={isRoot}
          >
            {budgets.isPending || limits.isPending ? (
              <LoadingRows columns={7} />
            ) : problem !== null ? (
              <ProblemNotice problem={problem} />
            ) : search.only !== undefined ? (
              <Notice
                state="good"
                title={search.only === "risk" ? "Nothing is at risk" : "Nobody asks for more"}
                actions={<Button onClick={() => show({ only: undefined })}>Show all budgets</Button>}
              >
                {search.only === "risk"
                  ? "Every budget lasts to the end of its window, as far as can be seen from what was spent."
                  : "Requests for higher limits are decided."}
              </Notice>
            ) : search.key !== undefined ? (
              <Notice
                state="idle"
                title={`Nothing bounds the key ${keyName}`}
                actions={<Button onClick={() => show({ key: undefined })}>Show all budgets</Button>}
              >
                Neither it nor its use case, workspace or organisation has a budget or a limit.
              </Notice>
            ) : (
              <Notice state="idle" title="No budgets and no limits yet">
                Calls spend without bound. A budget bounds money on an organisation, a workspace, a use case, a key, a person, a
                model or a route; calls cannot overshoot it.
              </Notice>
            )}
          </Table>
        </div>
        {open !== undefined && <BudgetDrawer key={lineId(open)} line={open} tree={tree} onClose={close} />}
      </div>
      {(search.new === "budget" || search.new === "limit") && may("budgets.write") && (
        <NewMeter
          kind={search.new}
          estate={estate}
          onClose={(made) => show({ new: undefined, ...(made === undefined ? {} : { budget: made }) })}
        />
      )}
    </>
  );
}
