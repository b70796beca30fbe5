import { type ColumnDef, columnVisibilityFeature, tableFeatures, useTable } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { SortHead, type Sorting } from "./SortHead";
import { naturalOf, type Sortable } from "./sort";
import classes from "./Table.module.css";
import { TableRow } from "./TableRow";

const features = tableFeatures({ columnVisibilityFeature });

/** A column that names a value to sort by has a head that sorts, where the page takes that. */
export type Column<Row> = Sortable<Row> & {
  head: string;
  cell: (row: Row) => ReactNode;
  /** Pixels; left out, what remains is shared. */
  width?: number;
  /** Numbers stand right. */
  right?: boolean;
  /** Left out where there is little room: in a narrow window, and while a drawer is open beside the list. */
  spare?: boolean;
  /** Stands below the rows, in sight: a sum. */
  foot?: ReactNode;
};

type Props<Row extends object> = {
  /** What is listed, for those who hear the page. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  idOf: (row: Row) => string;
  /** The row whose details are shown beside the list. */
  openId?: string | undefined;
  onOpen: (id: string) => void;
  /** Called when the end comes into sight. */
  onEnd?: (() => void) | undefined;
  isNarrow?: boolean;
  /** A row that heads those below it. */
  isHead?: ((row: Row) => boolean) | undefined;
  /** Told when one goes into the list, away from its top or by keys, and when one is out of it again: rows should then not move. */
  onReading?: ((isReading: boolean) => void) | undefined;
  /** What scrolls, for those who lead back to its top. */
  scroll?: RefObject<HTMLDivElement | null> | undefined;
  /** How the rows are sorted, which the page does, since the order stands in its address. */
  sorting?: Sorting | undefined;
  /** In place of rows, when there are none. */
  children?: ReactNode;
};

const rowHeight = 32;

/** A list that is narrower than this many pixels does without its spare columns. */
const tightBelow = 900;

/** The one table: rows by the hundred thousand, sticky head, J and K or arrows to move, Enter to open. */
export function Table<Row extends object>({
  label,
  columns,
  rows,
  idOf,
  openId,
  onOpen,
  onEnd,
  isNarrow = false,
  isHead,
  onReading,
  scroll,
  sorting,
  children,
}: Props<Row>) {
  const own = useRef<HTMLDivElement>(null);
  const scroller = scroll ?? own;
  const [at, setAt] = useState(0);
  const defs = useMemo(
    () =>
      columns.map(
        (c): ColumnDef<typeof features, Row> => ({
          id: c.id,
          header: c.head,
          accessorFn: (row) => row,
        }),
      ),
    [columns],
  );
  const byId = useMemo(() => new Map(columns.map((c) => [c.id, c])), [columns]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  const [hasRoom, setRoom] = useState(true);
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    const measure = () => setRoom(box.clientWidth >= tightBelow);
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    measure();
    return () => observer.disconnect();
  }, [scroller]);
  const isTight = isNarrow || !hasRoom;
  const visibility = useMemo(
    () => Object.fromEntries(columns.filter((c) => c.spare).map((c) => [c.id, !isTight])),
    [columns, isTight],
  );
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  // The model has the columns alone: rows are drawn by themselves, so that a hundred thousand cost no more than those in sight.
  const table = useTable({ features, columns: defs, data: noRows as Row[], state: { columnVisibility: visibility } });
  useEffect(() => {
    if (last >= rows.length - 100) onEnd?.();
  }, [last, rows.length, onEnd]);
  const wasMoved = useRef(false);
  const reading = useRef({ isScrolled: false, isByKeys: false });
  const latest = useRef(onReading);
  latest.current = onReading;
  const tell = useCallback((next: Partial<typeof reading.current>) => {
    const before = reading.current;
    const now = { ...before, ...next };
    reading.current = now;
    const is = now.isScrolled || now.isByKeys;
    if (is !== (before.isScrolled || before.isByKeys)) latest.current?.(is);
  }, []);
  const onScroll = () => tell({ isScrolled: (scroller.current?.scrollTop ?? 0) > rowHeight / 2 });
  const onAt = useCallback(
    (index: number, isByKeys: boolean) => {
      wasMoved.current = true;
      setAt(index);
      tell({ isByKeys });
    },
    [tell],
  );
  const onLeft = useCallback(() => tell({ isByKeys: false }), [tell]);

  const sortedBy = useRef(sorting?.by);
  useLayoutEffect(() => {
    if (sortedBy.current === sorting?.by) return;
    sortedBy.current = sorting?.by;
    // Another order is read from its top.
    setAt(0);
    scroller.current?.scrollTo({ top: 0 });
  }, [sorting?.by, scroller]);

  const move = (to: number) => {
    if (rows.length === 0) return;
    wasMoved.current = true;
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setAt(next);
    virtual.scrollToIndex(next);
    const row = rows[next];
    if (openId !== undefined && row !== undefined) onOpen(idOf(row));
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus());
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // Enter on a button or a link in a row does what that does.
    if (event.key === "Enter" && event.target instanceof Element && event.target.closest("a, button") !== null) return;
    const steps: Record<string, number> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: 20, PageUp: -20 };
    const step = steps[event.key];
    const row = rows[at];
    if (step !== undefined) move(at + step);
    else if (event.key === "Home") move(0);
    else if (event.key === "End") move(rows.length - 1);
    else if (event.key === "Enter" && row !== undefined) onOpen(idOf(row));
    else return;
    event.preventDefault();
  };

  const latestMove = useRef((_by: number) => {});
  latestMove.current = (by) => {
    const open = openId === undefined ? -1 : rows.findIndex((row) => idOf(row) === openId);
    // The first key goes to the first row.
    if (open >= 0) move(open + by);
    else move(wasMoved.current ? at + by : at);
  };
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const by = event.key === "j" ? 1 : event.key === "k" ? -1 : 0;
      if (by === 0 || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      // With the focus nowhere in particular they are those of the one list there is.
      if (event.target !== document.body || document.querySelector("dialog[open]") !== null) return;
      if (document.querySelectorAll("table[aria-rowcount]").length !== 1 || scroller.current === null) return;
      event.preventDefault();
      latestMove.current(by);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [scroller]);

  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const shown = useMemo(() => columns.filter((c) => !(isTight && c.spare)), [columns, isTight]);
  // Where that is more than there is, one scrolls: no column is pressed to nothing. Beside a drawer, columns give way instead.
  const minWidth = shown.reduce((sum, c) => sum + (c.width ?? (c.right ? 96 : 140)), 0);
  return (
    <div ref={scroller} className={classes.scroller} onScroll={onScroll}>
      <table
        className={classes.table}
        style={isNarrow ? undefined : { minWidth }}
        aria-label={label}
        aria-rowcount={rows.length}
        onKeyDown={onKey}
      >
        <colgroup>
          {shown.map((c) => (
            <col key={c.id} width={c.width} />
          ))}
        </colgroup>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => {
                const column = byId.get(header.column.id);
                return column?.sort !== undefined && sorting !== undefined ? (
                  <SortHead
                    key={header.id}
                    id={column.id}
                    head={column.head}
                    natural={naturalOf(column, rows)}
                    right={column.right}
                    sorting={sorting}
                  />
                ) : (
                  <th key={header.id} scope="col" title={column?.head} className={column?.right ? classes.right : undefined}>
                    <table.FlexRender header={header} />
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {before > 0 && <Gap height={before} columns={shown.length} />}
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            const id = idOf(row);
            return (
              // By its place: rows that come at the top change what is written, instead of making every row anew.
              <TableRow
                key={item.index}
                row={row}
                id={id}
                index={item.index}
                columns={shown}
                isAt={item.index === at}
                isOpen={id === openId}
                isHead={isHead?.(row) ?? false}
                onAt={onAt}
                onLeft={onLeft}
                onOpen={onOpen}
              />
            );
          })}
          {after > 0 && <Gap height={after} columns={shown.length} />}
        </tbody>
        {rows.length > 0 && shown.some((c) => c.foot !== undefined) && (
          <tfoot>
            <tr>
              {shown.map((c) => (
                <td key={c.id} className={c.right ? classes.right : undefined}>
                  {c.foot}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
      {rows.length === 0 && children}
    </div>
  );
}

const noRows: readonly object[] = [];

/** In place of the rows that are out of sight. */
function Gap({ height, columns }: { height: number; columns: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus
    <tr aria-hidden="true">
      <td colSpan={columns} className={classes.gap} style={{ height }} />
    </tr>
  );
}
