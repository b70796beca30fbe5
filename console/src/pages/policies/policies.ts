import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, get, type Schemas } from "../../api/client";
import { everything } from "../../api/lists";

export type Policy = Schemas["PolicyView"];
export type PolicyConflict = Schemas["ConflictView"];
export type LineKind = Schemas["LineKindView"];
export type ReplayRun = Schemas["ReplayRunView"];
export type ReplayFinding = Schemas["ReplayFindingView"];

export type PolicySearch = {
  /** The level that is looked at. */
  level?: string | undefined;
  tab?: string | undefined;
  /** The route whose deployments are shown under what holds. */
  route?: string | undefined;
  /** form: the policy as fields. */
  view?: string | undefined;
};

export const policySearchNames = ["level", "tab", "route", "view"] as const;

export const tabs = [
  { id: "text", name: "Policy" },
  { id: "effective", name: "What holds" },
  { id: "replay", name: "Replay" },
  { id: "versions", name: "Versions" },
] as const;

export const policiesQuery = queryOptions({
  queryKey: ["policies"],
  queryFn: ({ signal }) =>
    everything((at) => get(api.GET("/api/policies", { params: { query: { limit: 1000, ...at } }, signal }))),
});

export const policyQuery = (id: string) =>
  queryOptions({
    queryKey: ["policies", "of", id],
    queryFn: ({ signal }) => get(api.GET("/api/policies/{id}", { params: { path: { id } }, signal })),
  });

export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: ["policies", "versions", id],
    queryFn: ({ signal }) =>
      everything((at) =>
        get(api.GET("/api/policies/{id}/versions", { params: { path: { id }, query: { limit: 1000, ...at } }, signal })),
      ),
  });

export const schemaQuery = queryOptions({
  queryKey: ["policy lines"],
  queryFn: async ({ signal }) =>
    (await get(api.GET("/api/policies/schema", { params: { query: { limit: 1000 } }, signal }))).items,
  staleTime: Number.POSITIVE_INFINITY,
});

export const effectiveQuery = (id: string, route: string | undefined) =>
  queryOptions({
    queryKey: ["policies", "effective", id, route],
    queryFn: ({ signal }) =>
      get(
        api.GET("/api/policies/{id}/effective", {
          params: { path: { id }, query: route === undefined ? {} : { route } },
          signal,
        }),
      ),
  });

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
