import { Icon } from "./Icon";
import classes from "./SortHead.module.css";
import { type Direction, nextSort, readSort } from "./sort";

/** The sort of a list as its address has it, with the way to another. */
export type Sorting = { by: string | undefined; onSort: (by: string | undefined) => void };

/** The head of a column that sorts: pressed once the column's own way, then the other, then the list's own order. The arrow tells the way it goes, or would go. */
export function SortHead({
  id,
  head,
  natural,
  right = false,
  colSpan,
  className,
  sorting,
}: {
  id: string;
  head: string;
  /** The way it goes when it is pressed first. */
  natural: Direction;
  right?: boolean | undefined;
  colSpan?: number | undefined;
  className?: string | undefined;
  sorting: Sorting;
}) {
  const now = readSort(sorting.by);
  const direction = now?.id === id ? now.direction : undefined;
  const next = nextSort(sorting.by, id, natural);
  return (
    <th
      scope="col"
      colSpan={colSpan}
      className={className === undefined ? classes.cell : `${classes.cell} ${className}`}
      aria-sort={direction === undefined ? undefined : direction === "up" ? "ascending" : "descending"}
    >
      <button
        type="button"
        className={right ? `${classes.head} ${classes.right}` : classes.head}
        title={next === undefined ? `${head}: back to the order of the list` : `Sort by ${head}`}
        onClick={() => sorting.onSort(next)}
      >
        <span className={classes.word}>
          <span>{head}</span>
          <Icon name={(direction ?? natural) === "up" ? "sortup" : "sortdown"} size={10} />
        </span>
      </button>
    </th>
  );
}
