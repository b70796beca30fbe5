import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { AskedTable } from "../../design/AskedTable";
import type { Column } from "../../design/Table";
import classes from "./EvidencePage.module.css";

const idOf = (row: { id: string }) => row.id;

/** What a tab of the page lists: what it is about and what one can begin, the rows, and beside them what is open. */
export function AskedList<Row extends { id: string }>({
  says,
  action,
  query,
  label,
  columns,
  open,
  onOpen,
  none,
  children,
}: {
  says: string;
  /** What one can begin here, for whom may. */
  action?: ReactNode;
  query: UseQueryResult<readonly Row[]>;
  label: string;
  columns: readonly Column<Row>[];
  open: Row | undefined;
  onOpen: (id: string) => void;
  /** In place of rows, when there are none. */
  none: ReactNode;
  /** The drawer of what is open, and dialogs. */
  children: ReactNode;
}) {
  return (
    <div className={classes.page}>
      <div className={classes.list}>
        <div className={classes.bar}>
          <p className="muted cut">{says}</p>
          {action}
        </div>
        <AskedTable
          query={query}
          loading={6}
          label={label}
          columns={columns}
          rows={query.data ?? []}
          idOf={idOf}
          openId={open?.id}
          onOpen={onOpen}
          isNarrow={open !== undefined}
        >
          {none}
        </AskedTable>
      </div>
      {children}
    </div>
  );
}
