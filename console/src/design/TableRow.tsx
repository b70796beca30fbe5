import { memo } from "react";
import type { Column } from "./Table";
import classes from "./Table.module.css";

type Props<Row> = {
  row: Row;
  id: string;
  index: number;
  columns: readonly Column<Row>[];
  /** It is the one that the keys are at. */
  isAt: boolean;
  isOpen: boolean;
  /** It heads those below it. */
  isHead: boolean;
  onAt: (index: number, isByKeys: boolean) => void;
  onLeft: () => void;
  onOpen: (id: string) => void;
};

function OneRow<Row>({ row, id, index, columns, isAt, isOpen, isHead, onAt, onLeft, onOpen }: Props<Row>) {
  return (
    <tr
      data-index={index}
      aria-rowindex={index + 1}
      tabIndex={isAt ? 0 : -1}
      aria-selected={isOpen}
      className={isHead ? `${classes.row} ${classes.head}` : classes.row}
      onFocus={(e) => onAt(index, e.currentTarget.matches(":focus-visible"))}
      onBlur={onLeft}
      onClick={() => {
        // Selecting text of a row does not open it.
        if (getSelection()?.isCollapsed !== false) onOpen(id);
      }}
    >
      {columns.map((c) => (
        <td key={c.id} className={c.right ? classes.right : undefined}>
          {c.cell(row)}
        </td>
      ))}
    </tr>
  );
}

/** A row is drawn anew when it is another, not when the list around it moves. */
export const TableRow = memo(OneRow) as typeof OneRow;
