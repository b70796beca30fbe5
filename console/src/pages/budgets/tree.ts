import type { Estate } from "../../api/estate";
import { type Sortable, sortedTree, sortOf } from "../../design/sort";
import type { Count, Meter, MeterView } from "./meter";

/** One thing that spends, with the budgets and limits that are on it and what lies below. */
export type Branch = {
  id: string;
  name: string;
  /** Said beside the name where the place in the tree does not. */
  kind: string | undefined;
  lines: Line[];
  below: Branch[];
};

/** A budget or a limit in one of its windows. */
export type Line = { meter: Meter; count: Count };

/** A row of the list: the first of a branch carries its name, further windows follow it. */
export type TreeRow = {
  id: string;
  depth: number;
  branch: Branch;
  line: Line | undefined;
  isFirst: boolean;
  isOpen: boolean;
};

const order: Record<Meter["window"], number> = { total: 0, month: 1, day: 2, hour: 3, minute: 4 };

function linesOf(views: readonly MeterView[], value: string): Line[] {
  return views
    .flatMap((v) => v.counts.filter((c) => c.of === value).map((count) => ({ meter: v.meter, count })))
    .sort(
      (a, b) =>
        Number(b.meter.is_budget) - Number(a.meter.is_budget) ||
        order[a.meter.window] - order[b.meter.window] ||
        a.meter.id.localeCompare(b.meter.id),
    );
}

/** Organisation, workspaces, use cases, keys; people; then what is on models and routes, and what holds for each of a kind. What has nothing is left out, but for the one that is kept. */
export function treeOf(estate: Estate, views: readonly MeterView[], kept?: string): Branch[] {
  const on = grouped(
    views.filter((v) => v.meter.scope_id !== "*"),
    (v) => `${v.meter.scope} ${v.meter.scope_id}`,
  );
  const placed = new Set<string>();
  const branch = (scope: Meter["scope"], id: string, name: string, kind: string | undefined, below: Branch[]): Branch => {
    placed.add(`${scope} ${id}`);
    return { id, name, kind, lines: linesOf(on.get(`${scope} ${id}`) ?? [], id), below };
  };
  const isUsed = (b: Branch) => b.id === kept || b.lines.length > 0 || b.below.length > 0;
  const bySize = (a: Branch, b: Branch) => weightOf(b) - weightOf(a) || a.name.localeCompare(b.name);
  const keys = grouped(estate.keys, (k) => k.use_case_id);
  const useCases = grouped(estate.useCases, (u) => u.workspace_id);
  const workspaces = grouped(estate.workspaces, (w) => w.organisation_id);
  const people = grouped(estate.people, (p) => p.organisation_id);
  const some = (all: Branch[]) => all.filter(isUsed).sort(bySize);

  const roots = estate.organisations.map((o) =>
    branch("organisation", o.id, o.name, undefined, [
      ...some(
        (workspaces.get(o.id) ?? []).map((w) =>
          branch(
            "workspace",
            w.id,
            w.name,
            undefined,
            some(
              (useCases.get(w.id) ?? []).map((u) =>
                branch(
                  "use_case",
                  u.id,
                  u.name,
                  undefined,
                  some((keys.get(u.id) ?? []).map((k) => branch("key", k.id, k.name, "key", []))),
                ),
              ),
            ),
          ),
        ),
      ),
      ...some((people.get(o.id) ?? []).map((p) => branch("person", p.id, p.name, "person", []))),
    ]),
  );
  const names = new Map([...estate.keys, ...estate.people].map((x) => [x.id as string, x.name]));
  // What is on a model, a route, or something whose name one may not see.
  const others = [...on]
    .filter(([place]) => !placed.has(place))
    .map(([, [first]]) => first as MeterView)
    .map(({ meter }) => branch(meter.scope, meter.scope_id, meter.scope_id, meter.scope.replace("_", " "), []));
  const each = views.filter((v) => v.meter.scope_id === "*").map((v) => eachOf(v, names));
  return [...roots.filter(isUsed).sort(bySize), ...others.sort(bySize), ...each.sort(bySize)];
}

/** The largest sum of money that is bounded there: large things come first. */
function weightOf(branch: Branch): number {
  const own = branch.lines.filter((l) => l.meter.is_budget).map((l) => l.meter.limit);
  return own.length > 0 ? Math.max(...own) : Math.max(0, ...branch.below.map(weightOf));
}

function grouped<T>(all: readonly T[], by: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of all) {
    const group = groups.get(by(item));
    if (group === undefined) groups.set(by(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** A budget that each key, person or model has for itself. */
function eachOf(view: MeterView, names: ReadonlyMap<string, string>): Branch {
  const { meter } = view;
  return {
    id: meter.id,
    name: `Each ${meter.scope}`,
    kind: undefined,
    lines: [{ meter, count: nothing }],
    below: view.counts.map((count) => ({
      id: `${meter.id} ${count.of}`,
      name: names.get(count.of) ?? count.of,
      kind: meter.scope,
      lines: [{ meter, count }],
      below: [],
    })),
  };
}

/** What stands for the budget over all: it counts nothing itself. */
export const nothing: Count = {
  of: "*",
  spent: 0,
  held: 0,
  spent_usd: null,
  held_usd: null,
  starts_at: null,
  resets_at: null,
  forecast: null,
};

/** The id by which a line is opened: the budget, and of what where it has several counts. */
export function lineId(line: Line): string {
  return lineOf(line.meter, line.count.of);
}

/** A meter that stands for each of many has a line for each. */
export function lineOf(meter: Pick<Line["meter"], "id" | "scope_id">, of: string): string {
  return meter.scope_id === "*" ? `${meter.id}|${of}` : meter.id;
}

/** Rows from the top; what is folded hides what is below it. */
export function rowsOf(branches: readonly Branch[], isOpen: (branch: Branch, depth: number) => boolean, depth = 0): TreeRow[] {
  return branches.flatMap((branch) => {
    const open = branch.below.length > 0 && isOpen(branch, depth);
    const lines = branch.lines.length === 0 ? [undefined] : branch.lines;
    return [
      ...lines.map((line, i) => ({
        id: line === undefined ? branch.id : lineId(line),
        depth,
        branch,
        line,
        isFirst: i === 0,
        isOpen: open,
      })),
      ...(open ? rowsOf(branch.below, isOpen, depth + 1) : []),
    ];
  });
}

/** Siblings as a column has them, by the first line of each: the tree stays what it is. */
export function sortedBranches(
  branches: readonly Branch[],
  columns: readonly Sortable<TreeRow>[],
  sort: string | undefined,
): readonly Branch[] {
  const by = sortOf(columns, sort);
  if (by === undefined) return branches;
  const of = (branch: Branch) =>
    by.of({ id: branch.id, depth: 0, branch, line: branch.lines[0], isFirst: true, isOpen: branch.below.length > 0 });
  return sortedTree(branches, of, by.direction);
}

/** The branches that have a line for which this holds, or lead to one. */
export function prune(branches: readonly Branch[], keep: (line: Line) => boolean): Branch[] {
  return branches.flatMap((b) => {
    const below = prune(b.below, keep);
    const lines = b.lines.filter(keep);
    return lines.length === 0 && below.length === 0 ? [] : [{ ...b, lines, below }];
  });
}

/** One branch with the way to it: what is above bounds it too. */
export function within(branches: readonly Branch[], id: string): Branch[] {
  return branches.flatMap((b) => {
    if (b.id === id) return [b];
    const below = within(b.below, id);
    return below.length === 0 ? [] : [{ ...b, below }];
  });
}

export function allLines(branches: readonly Branch[]): Line[] {
  return branches.flatMap((b) => [...b.lines, ...allLines(b.below)]);
}

/** Where a line is, from the top: Halden Mutual / Claims. */
export function pathTo(branches: readonly Branch[], id: string): Branch[] {
  for (const b of branches) {
    if (b.lines.some((l) => lineId(l) === id)) return [b];
    const found = pathTo(b.below, id);
    if (found.length > 0) return [b, ...found];
  }
  return [];
}
