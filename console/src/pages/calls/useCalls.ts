import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { api, get } from "../../api/client";
import type { Zone } from "../../design/format";
import { type CallQuery, type CallRow, rowOf, timeOf } from "./calls";

type Page = { items: CallRow[]; next: string | null };

/** Few at first, so that they are soon there, then many, since one scrolls. */
const sizes = [100, 200] as const;

/** Stored calls, newest first, page by page as one scrolls. */
export function useCalls(query: CallQuery, stretch: string, zone: Zone) {
  const queries = useQueryClient();
  const key = useMemo(() => ["calls", "list", query, stretch, zone], [query, stretch, zone]);
  const calls = useInfiniteQuery({
    queryKey: key,
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }): Promise<Page> => {
      const at = pageParam === undefined ? { limit: sizes[0] } : { limit: sizes[1], cursor: pageParam };
      const page = await get(
        api.GET("/api/calls", { params: { query: { ...query, ...timeOf(stretch, new Date(), zone), ...at } }, signal }),
      );
      return { items: page.items.map(rowOf), next: page.next };
    },
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    // All pages would be asked for again when one comes back to the window.
    refetchOnWindowFocus: false,
    refetchOnMount: true,
    structuralSharing: false,
  });
  const rows = useMemo(() => calls.data?.pages.flatMap((p) => p.items) ?? [], [calls.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = calls;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  /** The first page anew; what lies behind it is asked for when one scrolls there. */
  const read = useCallback(() => {
    queries.setQueryData<typeof calls.data>(
      key,
      (now) => now && { pages: now.pages.slice(0, 1), pageParams: now.pageParams.slice(0, 1) },
    );
    void refetch();
  }, [queries, key, refetch]);
  return {
    rows,
    first: calls.data?.pages[0]?.items ?? none,
    more,
    read,
    isReading: calls.isRefetching && !isFetchingNextPage,
    isPending: calls.isPending,
    error: calls.error,
    /** When the list was read; 0 = not yet. */
    readAt: calls.dataUpdatedAt,
  };
}

const none: CallRow[] = [];
