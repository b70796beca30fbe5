import classes from "./PlainTable.module.css";
import { SortHead, type Sorting } from "./SortHead";
import { naturalOf, sortedRows } from "./sort";
import type { Column } from "./Table";

/** A short list that only tells: nothing to open, all of it drawn. The first column names the row. */
export function PlainTable<Row>({
  label,
  columns,
  rows,
  idOf,
  sorting,
}: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  idOf: (row: Row) => string;
  sorting?: Sorting | undefined;
}) {
  const sorted = sortedRows(rows, columns, sorting?.by);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the page is scrolled with the keys
    <section className={classes.scroller} aria-label={label} tabIndex={0}>
      <table className={classes.table} aria-label={label}>
        <colgroup>
          {columns.map((c) => (
            <col key={c.id} width={c.width} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map((c) =>
              c.sort !== undefined && sorting !== undefined ? (
                <SortHead key={c.id} id={c.id} head={c.head} natural={naturalOf(c, rows)} right={c.right} sorting={sorting} />
              ) : (
                <th key={c.id} scope="col" className={c.right ? classes.right : undefined}>
                  {c.head}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <tr key={idOf(row)}>
              {columns.map((c, index) =>
                index === 0 ? (
                  <th key={c.id} scope="row">
                    {c.cell(row)}
                  </th>
                ) : (
                  <td key={c.id} className={c.right ? classes.right : undefined}>
                    {c.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
