import { queryOptions } from "@tanstack/react-query";
import { useChanged } from "../../api/changes";
import { api, get, type Schemas } from "../../api/client";
import { everything } from "../../api/lists";

export type Connection = Schemas["Connection"];
export type ConnectionHealth = Schemas["ConnectionHealthView"];
export type DeploymentHealth = Schemas["DeploymentHealthView"];
export type Deployment = Schemas["Deployment"];
export type HubLine = Schemas["HubLine"];
export type HubModel = Schemas["HubModel"];
export type ProviderHour = Schemas["ProviderHour"];
export type Family = Schemas["FamilyView"];
export type Credential = Family["credentials"][number];
export type Service = Family["services"][number];
export type Offered = Schemas["OfferedView"];
export type Checked = Schemas["ConnectionCheck"];
export type Decision = Schemas["ModelDecision"];

export const hoursQuery = queryOptions({
  queryKey: ["provider-health", "hours"],
  queryFn: async ({ signal }) => ({ at: new Date(), ...(await get(api.GET("/api/provider-health/hours", { signal }))) }),
  refetchInterval: 60_000,
});

export const hubQuery = queryOptions({
  queryKey: ["hub"],
  queryFn: ({ signal }) => everything((at) => get(api.GET("/api/hub", { params: { query: { limit: 1000, ...at } }, signal }))),
});

export const deploymentsQuery = queryOptions({
  queryKey: ["deployments"],
  queryFn: ({ signal }) =>
    everything((at) => get(api.GET("/api/deployments", { params: { query: { limit: 1000, ...at } }, signal }))),
});

export const familiesQuery = queryOptions({
  queryKey: ["provider-families"],
  queryFn: ({ signal }) =>
    everything((at) => get(api.GET("/api/provider-families", { params: { query: { limit: 1000, ...at } }, signal }))),
  staleTime: Number.POSITIVE_INFINITY,
});

export function hubModelQuery(id: string) {
  return queryOptions({
    queryKey: ["hub", id],
    queryFn: ({ signal }) => get(api.GET("/api/hub/{id}", { params: { path: { id } }, signal })),
  });
}

/** All that a change of the hub may show elsewhere is asked anew. */
export function useHubChanged() {
  const changed = useChanged();
  return () => changed("hub");
}
