import { useMemo } from "react";
import { api, get } from "../../api/client";
import { usePages } from "../../api/usePages";
import type { Zone } from "../../design/format";
import { fromTo } from "../../design/range";
import { type ActQuery, usualTime } from "./acts";

/** Acts that fit, newest first, page by page as one scrolls. */
export function useActs(query: ActQuery, stretch: string, zone: Zone) {
  const key = useMemo(() => ["audit", "acts", query, stretch, zone], [query, stretch, zone]);
  return usePages(key, (cursor, signal) =>
    get(
      api.GET("/api/audit/acts", {
        params: {
          query: {
            ...query,
            ...fromTo(stretch, usualTime, new Date(), zone),
            limit: 200,
            ...(cursor === undefined ? {} : { cursor }),
          },
        },
        signal,
      }),
    ),
  );
}
