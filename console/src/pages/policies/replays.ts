import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, get, type Schemas } from "../../api/client";

export type ReplayRun = Schemas["ReplayRunView"];
export type ReplayFinding = Schemas["ReplayFindingView"];

export const replaysQuery = (level: string) =>
  queryOptions({
    queryKey: ["policies", "replays", level],
    queryFn: async ({ signal }) =>
      (await get(api.GET("/api/policy-replays", { params: { query: { level, limit: 1 } }, signal }))).items,
    refetchInterval: (query) => (query.state.data?.[0]?.state === "running" ? 1_000 : false),
  });

/** Findings that are drawn; the numbers count all. */
const shownFindings = 200;

/** Asked again when there are more of them. */
export const replayFindingsQuery = (id: string, count: number) =>
  queryOptions({
    queryKey: ["policies", "replay calls", id, Math.min(count, 1_000)],
    queryFn: async ({ signal }) =>
      count === 0
        ? []
        : (
            await get(
              api.GET("/api/policy-replays/{id}/calls", { params: { path: { id }, query: { limit: shownFindings } }, signal }),
            )
          ).items,
    placeholderData: keepPreviousData,
  });

/** Why a call cannot be judged, in words. */
export const unjudgedWords: Readonly<Record<string, string>> = {
  gone: "their key, use case or route is gone",
  no_data_class: "their records do not say whether a class of data was named",
  contents_not_read: "a rule looks for words, which were not read",
  contents_not_kept: "what was said is not kept",
  contents_cut: "not all of what was said was kept",
  contents_unreadable: "what was said cannot be read",
  search_failed: "the search failed",
};
