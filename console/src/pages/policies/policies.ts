import { queryOptions } from "@tanstack/react-query";
import { api, get, type Schemas } from "../../api/client";
import { everything } from "../../api/lists";

export type Policy = Schemas["PolicyView"];
export type PolicyConflict = Schemas["ConflictView"];
export type LineKind = Schemas["LineKindView"];

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
  { id: "try", name: "Try" },
  { id: "replay", name: "Replay" },
  { id: "detectors", name: "Detectors" },
  { id: "versions", name: "Versions" },
  { id: "waiting", name: "Waiting" },
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
