import { useMemo } from "react";
import { api, get } from "../../api/client";
import { usePages } from "../../api/usePages";
import type { Zone } from "../../design/format";
import { type CallQuery, type CallRow, rowOf, timeOf } from "./calls";

/** Few at first, so that they are soon there, then many, since one scrolls. */
const sizes = [100, 200] as const;

/** Stored calls, newest first, page by page as one scrolls. */
export function useCalls(query: CallQuery, stretch: string, zone: Zone) {
  const key = useMemo(() => ["calls", "list", query, stretch, zone], [query, stretch, zone]);
  const pages = usePages<CallRow>(key, async (cursor, signal) => {
    const at = cursor === undefined ? { limit: sizes[0] } : { limit: sizes[1], cursor };
    const page = await get(
      api.GET("/api/calls", { params: { query: { ...query, ...timeOf(stretch, new Date(), zone), ...at } }, signal }),
    );
    return { items: page.items.map(rowOf), next: page.next };
  });
  return { ...pages, first: pages.first ?? none };
}

const none: CallRow[] = [];
