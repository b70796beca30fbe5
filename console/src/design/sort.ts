/** What a row is sorted by in a column. What is unknown, or has no price, is null and stands last either way. */
export type SortValue = number | string | null | undefined;

/** What can be sorted by, of a column. */
export type Sortable<Row> = {
  id: string;
  sort?: ((row: Row) => SortValue) | undefined;
  /** Numbers and times come from the highest down, unless the lowest is what one looks for: the next end, the nearest date. */
  sortsUp?: boolean | undefined;
};

export type Direction = "up" | "down";

/** As an address has it: `cost` goes up, `-cost` down. */
export function readSort(text: string | undefined): { id: string; direction: Direction } | undefined {
  if (text === undefined || text === "" || text === "-") return undefined;
  return text.startsWith("-") ? { id: text.slice(1), direction: "down" } : { id: text, direction: "up" };
}

const writeSort = (id: string, direction: Direction) => (direction === "down" ? `-${id}` : id);

/** The way that a column goes at first: text from A, numbers and times from the highest. */
export function naturalOf<Row>(column: Sortable<Row>, rows: readonly Row[]): Direction {
  if (column.sortsUp) return "up";
  for (const row of rows) {
    const value = column.sort?.(row);
    if (isKnown(value)) return typeof value === "number" ? "down" : "up";
  }
  return "down";
}

/** What the address says after the head of a column was pressed: its own way, then the other, then the order of the list. */
export function nextSort(text: string | undefined, id: string, natural: Direction): string | undefined {
  const now = readSort(text);
  if (now?.id !== id) return writeSort(id, natural);
  return now.direction === natural ? writeSort(id, natural === "up" ? "down" : "up") : undefined;
}

/** The column and the way that an address asks for; undefined where it asks for none that there is. */
export function sortOf<Row>(columns: readonly Sortable<Row>[], text: string | undefined) {
  const asked = readSort(text);
  const of = columns.find((c) => c.id === asked?.id)?.sort;
  return asked === undefined || of === undefined ? undefined : { of, direction: asked.direction };
}

/** The rows as an address asks for them. Equal ones stay in the order of the list, which is also what stays where nothing is asked for. */
export function sortedRows<Row>(
  rows: readonly Row[],
  columns: readonly Sortable<Row>[],
  text: string | undefined,
): readonly Row[] {
  const sort = sortOf(columns, text);
  return sort === undefined ? rows : inOrder(rows, sort.of, sort.direction);
}

type Node = { readonly below: readonly Node[] };
type Ranked<N> = { node: N; value: SortValue };

/** Siblings among themselves, at every depth. What says nothing itself stands by the first of what lies below it. */
export function sortedTree<N extends Node>(nodes: readonly N[], of: (node: N) => SortValue, direction: Direction): N[] {
  return ranked(nodes, of, direction).map((n) => n.node);
}

function ranked<N extends Node>(nodes: readonly N[], of: (node: N) => SortValue, direction: Direction): Ranked<N>[] {
  const all = nodes.map((node): Ranked<N> => {
    const below = ranked(node.below as readonly N[], of, direction);
    const own = of(node);
    return { node: { ...node, below: below.map((b) => b.node) }, value: isKnown(own) ? own : below[0]?.value };
  });
  return inOrder(all, (n) => n.value, direction);
}

/** The same for a list that tells its tree by how deep each row stands. */
export function sortedOutline<Row>(
  rows: readonly Row[],
  depthOf: (row: Row) => number,
  columns: readonly Sortable<Row>[],
  text: string | undefined,
): readonly Row[] {
  const sort = sortOf(columns, text);
  if (sort === undefined) return rows;
  const roots: Outline<Row>[] = [];
  const way: Outline<Row>[] = [];
  for (const row of rows) {
    const node: Outline<Row> = { row, below: [] };
    way.length = Math.min(way.length, depthOf(row));
    (way.at(-1)?.below ?? roots).push(node);
    way.push(node);
  }
  const flat = (nodes: readonly Outline<Row>[]): Row[] => nodes.flatMap((n) => [n.row, ...flat(n.below)]);
  return flat(sortedTree(roots, (n) => sort.of(n.row), sort.direction));
}

type Outline<Row> = { row: Row; below: Outline<Row>[] };

const texts = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Each value is read once: what makes it may be dear, and there are hundreds of rows. */
function inOrder<T>(all: readonly T[], of: (item: T) => SortValue, direction: Direction): T[] {
  const sign = direction === "up" ? 1 : -1;
  return all
    .map((item) => ({ item, value: of(item) }))
    .sort((a, b) => {
      if (!isKnown(a.value) || !isKnown(b.value)) return Number(isKnown(b.value)) - Number(isKnown(a.value));
      return sign * compared(a.value, b.value);
    })
    .map((m) => m.item);
}

function compared(a: number | string, b: number | string): number {
  return typeof a === "number" && typeof b === "number" ? a - b : texts.compare(`${a}`, `${b}`);
}

function isKnown(value: SortValue): value is number | string {
  return value != null && value !== "" && !Number.isNaN(value);
}

/** A moment as the number that it is sorted by. */
export function momentOf(text: string | null | undefined): number | null {
  return text == null ? null : Date.parse(text);
}
