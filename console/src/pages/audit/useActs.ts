import { useMemo } from "react";
import { api, get } from "../../api/client";
import { usePages } from "../../api/usePages";
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
  const key = useMemo(() => ["audit", "acts", query, stretch, zone], [query, stretch, zone]);
  return usePages(key, (cursor, signal) =>
    get(
      api.GET("/api/audit/acts", {
        params: { query: { ...query, ...timeOf(stretch, zone), limit: 200, ...(cursor === undefined ? {} : { cursor }) } },
        signal,
      }),
    ),
  );
}
