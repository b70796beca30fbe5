import { type ColumnDef, columnVisibilityFeature, tableFeatures, useTable } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import classes from "./Table.module.css";

const features = tableFeatures({ columnVisibilityFeature });

export type Column<Row> = {
  id: string;
  head: string;
  cell: (row: Row) => ReactNode;
  /** Pixels; left out, what remains is shared. */
  width?: number;
  /** Numbers stand right. */
  right?: boolean;
  /** Left out while a drawer is open beside the list. */
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
  /** In place of rows, when there are none. */
  children?: ReactNode;
};

const rowHeight = 32;

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
  children,
}: Props<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const defs = useMemo(
    () =>
      columns.map(
        (c): ColumnDef<typeof features, Row> => ({
          id: c.id,
          header: c.head,
          accessorFn: (row) => row,
          cell: (x) => c.cell(x.row.original),
        }),
      ),
    [columns],
  );
  const visibility = useMemo(
    () => Object.fromEntries(columns.filter((c) => c.spare).map((c) => [c.id, !isNarrow])),
    [columns, isNarrow],
  );
  const byId = useMemo(() => new Map(columns.map((c) => [c.id, c])), [columns]);
  const table = useTable({
    features,
    columns: defs,
    data: rows as Row[],
    getRowId: idOf,
    state: { columnVisibility: visibility },
  });
  const all = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: all.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= all.length - 20) onEnd?.();
  }, [last, all.length, onEnd]);

  const move = (to: number) => {
    const next = Math.max(0, Math.min(all.length - 1, to));
    setAt(next);
    virtual.scrollToIndex(next);
    const row = all[next];
    if (openId !== undefined && row !== undefined) onOpen(row.id);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus());
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const steps: Record<string, number> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: 20, PageUp: -20 };
    const step = steps[event.key];
    const row = all[at];
    if (step !== undefined) move(at + step);
    else if (event.key === "Home") move(0);
    else if (event.key === "End") move(all.length - 1);
    else if (event.key === "Enter" && row !== undefined) onOpen(row.id);
    else return;
    event.preventDefault();
  };

  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const shown = columns.filter((c) => !(isNarrow && c.spare));
  // Where that is more than there is, one scrolls: no column is pressed to nothing.
  const minWidth = shown.reduce((sum, c) => sum + (c.width ?? (c.right ? 96 : 140)), 0);
  return (
    <div ref={scroller} className={classes.scroller}>
      {/* biome-ignore lint/a11y/noNoninteractiveElementInteractions: keys move between the rows, which have the focus */}
      <table className={classes.table} style={{ minWidth }} aria-label={label} aria-rowcount={all.length} onKeyDown={onKey}>
        <colgroup>
          {shown.map((c) => (
            <col key={c.id} width={c.width} />
          ))}
        </colgroup>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => (
                <th
                  key={header.id}
                  scope="col"
                  title={byId.get(header.column.id)?.head}
                  className={byId.get(header.column.id)?.right ? classes.right : undefined}
                >
                  <table.FlexRender header={header} />
                </th>
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          {before > 0 && <Gap height={before} columns={shown.length} />}
          {items.map((item) => {
            const row = all[item.index];
            return row === undefined ? null : (
              <tr
                key={row.id}
                data-index={item.index}
                aria-rowindex={item.index + 1}
                tabIndex={item.index === at ? 0 : -1}
                aria-selected={row.id === openId}
                className={isHead?.(row.original) ? `${classes.row} ${classes.head}` : classes.row}
                onFocus={() => setAt(item.index)}
                onClick={() => {
                  // Selecting text of a row does not open it.
                  if (getSelection()?.isCollapsed !== false) onOpen(row.id);
                }}
              >
                {row.getVisibleCells().map((cell) => (
                  <td key={cell.id} className={byId.get(cell.column.id)?.right ? classes.right : undefined}>
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
            );
          })}
          {after > 0 && <Gap height={after} columns={shown.length} />}
        </tbody>
        {all.length > 0 && shown.some((c) => c.foot !== undefined) && (
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
      {all.length === 0 && children}
    </div>
  );
}

/** In place of the rows that are out of sight. */
function Gap({ height, columns }: { height: number; columns: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus
    <tr aria-hidden="true">
      <td colSpan={columns} className={classes.gap} height={height} />
    </tr>
  );
}

/** Grey bars in the place of rows that are on their way; only when they take longer than a moment. */
export function LoadingRows({ columns }: { columns: number }) {
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 300);
    return () => clearTimeout(timer);
  }, []);
  if (!isLate) return null;
  return (
    <div role="status" aria-label="Loading">
      {[0, 1, 2, 3, 4, 5].map((row) => (
        <div key={row} className={classes.loading}>
          {Array.from({ length: columns }, (_, c) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: bars have no identity
            <i key={c} />
          ))}
        </div>
      ))}
    </div>
  );
}
