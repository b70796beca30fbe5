import { queryOptions } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { everything } from "../../api/lists";

export const accountsQuery = queryOptions({
  queryKey: ["accounts"],
  queryFn: ({ signal }) =>
    everything((at) => get(api.GET("/api/accounts", { params: { query: { limit: 1000, ...at } }, signal }))),
});

export const tokensQuery = queryOptions({
  queryKey: ["admin-tokens"],
  queryFn: ({ signal }) =>
    everything((at) => get(api.GET("/api/admin-tokens", { params: { query: { limit: 1000, ...at } }, signal }))),
});

export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: async ({ signal }) => (await get(api.GET("/api/sessions", { signal }))).items,
});

export const providersQuery = queryOptions({
  queryKey: ["identity-providers"],
  queryFn: ({ signal }) =>
    everything((at) => get(api.GET("/api/identity-providers", { params: { query: { limit: 1000, ...at } }, signal }))),
});

export const scimTokensQuery = queryOptions({
  queryKey: ["scim-tokens"],
  queryFn: ({ signal }) =>
    everything((at) => get(api.GET("/api/scim-tokens", { params: { query: { limit: 1000, ...at } }, signal }))),
});

export const servicesQuery = queryOptions({
  queryKey: ["workloads"],
  queryFn: ({ signal }) =>
    everything((at) => get(api.GET("/api/workloads", { params: { query: { limit: 1000, ...at } }, signal }))),
});

export const passwordRuleQuery = (id: string) =>
  queryOptions({
    queryKey: ["sign-in-rule", id],
    queryFn: ({ signal }) => get(api.GET("/api/organisations/{id}/sign-in-rule", { params: { path: { id } }, signal })),
  });
