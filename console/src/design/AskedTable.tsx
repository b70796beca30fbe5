import type { ComponentProps, ReactNode } from "react";
import { LoadingRows } from "./LoadingRows";
import { ProblemNotice } from "./Notice";
import { Table } from "./Table";

type Asked = { isPending: boolean; error: Error | null; data: unknown };

type Props<Row extends object> = Omit<ComponentProps<typeof Table<Row>>, "children"> & {
  /** Where the rows come from. What it had stays in sight when it fails. */
  query: Asked;
  /** Columns that are drawn while nothing is there yet. */
  loading?: number;
  /** In place of rows, when there are none. */
  children: ReactNode;
};

/** A table of what a query gives: waiting, failed, none, or its rows. */
export function AskedTable<Row extends object>({ query, loading = 5, children, ...table }: Props<Row>) {
  return (
    <>
      {query.error !== null && query.data !== undefined && <ProblemNotice problem={query.error} />}
      <Table {...table}>
        {query.isPending ? (
          <LoadingRows columns={loading} />
        ) : query.error !== null ? (
          <ProblemNotice problem={query.error} />
        ) : (
          children
        )}
      </Table>
    </>
  );
}
