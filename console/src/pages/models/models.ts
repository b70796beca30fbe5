import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { api, get, type Schemas } from "../../api/client";
import { everything, type Sent } from "../../api/everything";

export type Connection = Sent<Schemas["Connection"]>;
export type ConnectionHealth = Sent<Schemas["ConnectionHealthView"]>;
export type DeploymentHealth = Sent<Schemas["DeploymentHealthView"]>;
export type Deployment = Sent<Schemas["Deployment"]>;
export type HubLine = Sent<Schemas["HubLine"]>;
export type HubModel = Sent<Schemas["HubModel"]>;
export type ProviderHour = Sent<Schemas["ProviderHour"]>;
export type Family = Sent<Schemas["FamilyView"]>;
export type Credential = Family["credentials"][number];
export type Service = Family["services"][number];
export type Offered = Sent<Schemas["OfferedView"]>;
export type Checked = Sent<Schemas["ConnectionCheck"]>;
export type Decision = Sent<Schemas["ModelDecision"]>;

export const connectionsQuery = queryOptions({
  queryKey: ["connections"],
  queryFn: async ({ signal }) =>
    (await everything((query) => get(api.GET("/api/connections", { params: { query }, signal })))) as Connection[],
});

export const healthQuery = queryOptions({
  queryKey: ["provider-health"],
  queryFn: async ({ signal }) =>
    (await everything((query) => get(api.GET("/api/provider-health", { params: { query }, signal })))) as ConnectionHealth[],
  refetchInterval: 15_000,
});

export const hoursQuery = queryOptions({
  queryKey: ["provider-health", "hours"],
  queryFn: async ({ signal }) => {
    const report = await get(api.GET("/api/provider-health/hours", { signal }));
    return { at: new Date(), lines: report.lines as ProviderHour[] };
  },
  refetchInterval: 60_000,
});

export const hubQuery = queryOptions({
  queryKey: ["hub"],
  queryFn: async ({ signal }) =>
    (await everything((query) => get(api.GET("/api/hub", { params: { query }, signal })))) as HubLine[],
});

export const deploymentsQuery = queryOptions({
  queryKey: ["deployments"],
  queryFn: async ({ signal }) =>
    (await everything((query) => get(api.GET("/api/deployments", { params: { query }, signal })))) as Deployment[],
});

export const familiesQuery = queryOptions({
  queryKey: ["provider-families"],
  queryFn: async ({ signal }) =>
    (await everything((query) => get(api.GET("/api/provider-families", { params: { query }, signal })))) as Family[],
  staleTime: Number.POSITIVE_INFINITY,
});

export function hubModelQuery(id: string) {
  return queryOptions({
    queryKey: ["hub", id],
    queryFn: async ({ signal }) => (await get(api.GET("/api/hub/{id}", { params: { path: { id } }, signal }))) as HubModel,
  });
}

export const workspacesQuery = queryOptions({
  queryKey: ["workspaces"],
  queryFn: async ({ signal }) => everything((query) => get(api.GET("/api/workspaces", { params: { query }, signal }))),
  staleTime: 60_000,
});

/** Whoever may give the permission that one lacks, by the names of roles. */
export const rolesQuery = queryOptions({
  queryKey: ["roles"],
  queryFn: ({ signal }) => get(api.GET("/api/roles", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

/** All that a change of the hub may show elsewhere. */
export function useHubChanged() {
  const queries = useQueryClient();
  return () =>
    Promise.all(
      ["connections", "provider-health", "hub", "deployments", "routes", "explain"].map((key) =>
        queries.invalidateQueries({ queryKey: [key] }),
      ),
    );
}
