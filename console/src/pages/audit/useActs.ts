import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { api, get } from "../../api/client";
import type { Zone } from "../../design/format";
import { parseRange } from "../../design/range";
import { type ActQuery, usualTime } from "./acts";

/** A stretch as parameters of the API; a text that is none asks for the usual one. */
function timeOf(text: string, zone: Zone): { from?: string; to?: string } {
  const now = new Date();
  const range = parseRange(text, now, zone) ?? parseRange(usualTime, now, zone);
  return { ...(range && { from: range.from.toISOString() }), ...(range?.to && { to: range.to.toISOString() }) };
}

/** Acts that fit, newest first, page by page as one scrolls. */
export function useActs(query: ActQuery, stretch: string, zone: Zone) {
  const queries = useQueryClient();
  const key = useMemo(() => ["audit", "acts", query, stretch, zone], [query, stretch, zone]);
  const acts = useInfiniteQuery({
    queryKey: key,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      get(
        api.GET("/api/audit/acts", {
          params: {
            query: { ...query, ...timeOf(stretch, zone), limit: 200, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    // All pages would be asked for again when one comes back to the window.
    refetchOnWindowFocus: false,
    structuralSharing: false,
  });
  const rows = useMemo(() => acts.data?.pages.flatMap((p) => p.items) ?? [], [acts.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = acts;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  /** The first page anew; what lies behind it is asked for when one scrolls there. */
  const read = useCallback(() => {
    queries.setQueryData<typeof acts.data>(
      key,
      (now) => now && { pages: now.pages.slice(0, 1), pageParams: now.pageParams.slice(0, 1) },
    );
    void refetch();
  }, [queries, key, refetch]);
  return {
    rows,
    more,
    read,
    isReading: acts.isRefetching && !isFetchingNextPage,
    isPending: acts.isPending,
    error: acts.error,
    /** When the list was read; 0 = not yet. */
    readAt: acts.dataUpdatedAt,
  };
}
