import { queryOptions } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { everything } from "../../api/lists";

export const revealsQuery = queryOptions({
  queryKey: ["reveals"],
  queryFn: async ({ signal }) => (await get(api.GET("/api/reveals", { params: { query: { limit: 200 } }, signal }))).items,
  refetchInterval: 15_000,
});

export const holdsQuery = queryOptions({
  queryKey: ["holds"],
  queryFn: ({ signal }) => everything((at) => get(api.GET("/api/holds", { params: { query: { limit: 1000, ...at } }, signal }))),
});

export const subjectsQuery = queryOptions({
  queryKey: ["subject-requests"],
  queryFn: async ({ signal }) =>
    (await get(api.GET("/api/subject-requests", { params: { query: { limit: 200 } }, signal }))).items,
  // One that runs is watched.
  refetchInterval: (query) => (query.state.data?.some((r) => r.state === "running") ? 1_000 : 15_000),
});

export const purgesQuery = queryOptions({
  queryKey: ["purges"],
  queryFn: async ({ signal }) => (await get(api.GET("/api/purges", { params: { query: { limit: 200 } }, signal }))).items,
});

export const dataKeysQuery = queryOptions({
  queryKey: ["keyring", "keys"],
  queryFn: ({ signal }) =>
    everything((at) => get(api.GET("/api/keyring/keys", { params: { query: { limit: 1000, ...at } }, signal }))),
});

export const keyringQuery = queryOptions({
  queryKey: ["keyring", "root"],
  queryFn: ({ signal }) => get(api.GET("/api/keyring", { signal })),
});

export const destructionsQuery = queryOptions({
  queryKey: ["key-destructions"],
  queryFn: async ({ signal }) =>
    (await get(api.GET("/api/key-destructions", { params: { query: { limit: 200 } }, signal }))).items,
});
