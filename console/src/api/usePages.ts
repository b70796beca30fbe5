import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";

type Page<Row> = { items: Row[]; next: string | null };

/** A list that the API gives page by page, which goes on as one scrolls. The key is remembered by the caller: another one is another list. */
export function usePages<Row>(
  key: readonly unknown[],
  ask: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<Row>>,
) {
  const queries = useQueryClient();
  const list = useInfiniteQuery({
    queryKey: key,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => ask(pageParam, signal),
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    // All pages would be asked for again when one comes back to the window.
    refetchOnWindowFocus: false,
    refetchOnMount: true,
    structuralSharing: false,
  });
  const rows = useMemo(() => list.data?.pages.flatMap((p) => p.items) ?? [], [list.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  /** The first page anew; what lies behind it is asked for when one scrolls there. */
  const read = useCallback(() => {
    queries.setQueryData<typeof list.data>(
      key,
      (now) => now && { pages: now.pages.slice(0, 1), pageParams: now.pageParams.slice(0, 1) },
    );
    void refetch();
  }, [queries, key, refetch]);
  return {
    rows,
    /** Those of the first page, or undefined before it is there. */
    first: list.data?.pages[0]?.items,
    more,
    hasMore: hasNextPage,
    read,
    isReading: list.isRefetching && !isFetchingNextPage,
    isPending: list.isPending,
    error: list.error,
    /** When the list was read; 0 = not yet. */
    readAt: list.dataUpdatedAt,
  };
}
