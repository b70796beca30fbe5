import { queryOptions } from "@tanstack/react-query";
import { api, get } from "./client";

/** Lists that are short enough to hold whole and that many pages name things by. */

/** All pages of such a list. */
export async function everything<T>(
  page: (cursor: { cursor?: string }) => Promise<{ items: T[]; next: string | null }>,
): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: { cursor?: string } = {}; ; ) {
    const { items, next } = await page(cursor);
    all.push(...items);
    if (next === null) return all;
    cursor = { cursor: next };
  }
}

const rarely = 60_000;

export const keysQuery = queryOptions({
  queryKey: ["keys"],
  queryFn: ({ signal }) => everything((at) => get(api.GET("/api/keys", { params: { query: { limit: 1000, ...at } }, signal }))),
});

export const workspacesQuery = queryOptions({
  queryKey: ["workspaces"],
  queryFn: ({ signal }) =>
    everything((at) => get(api.GET("/api/workspaces", { params: { query: { limit: 1000, ...at } }, signal }))),
  staleTime: rarely,
});

export const useCasesQuery = queryOptions({
  queryKey: ["use-cases"],
  queryFn: ({ signal }) =>
    everything((at) => get(api.GET("/api/use-cases", { params: { query: { limit: 1000, ...at } }, signal }))),
  staleTime: rarely,
});

export const peopleQuery = queryOptions({
  queryKey: ["people"],
  queryFn: ({ signal }) => everything((at) => get(api.GET("/api/people", { params: { query: { limit: 1000, ...at } }, signal }))),
  staleTime: rarely,
});

export const routesQuery = queryOptions({
  queryKey: ["routes"],
  queryFn: ({ signal }) => everything((at) => get(api.GET("/api/routes", { params: { query: { limit: 1000, ...at } }, signal }))),
});

export const modelsQuery = queryOptions({
  queryKey: ["models"],
  queryFn: ({ signal }) => everything((at) => get(api.GET("/api/models", { params: { query: { limit: 1000, ...at } }, signal }))),
});

export const connectionsQuery = queryOptions({
  queryKey: ["connections"],
  queryFn: ({ signal }) =>
    everything((at) => get(api.GET("/api/connections", { params: { query: { limit: 1000, ...at } }, signal }))),
});

export const organisationsQuery = queryOptions({
  queryKey: ["organisations"],
  queryFn: ({ signal }) =>
    everything((at) => get(api.GET("/api/organisations", { params: { query: { limit: 1000, ...at } }, signal }))),
  staleTime: rarely,
});

/** Which role may do what. */
export const rolesQuery = queryOptions({
  queryKey: ["roles"],
  queryFn: async ({ signal }) => (await get(api.GET("/api/roles", { signal }))).items,
  staleTime: rarely,
});

/** How connections fare, and over which time that is told. */
export const providerHealthQuery = queryOptions({
  queryKey: ["provider-health"],
  queryFn: async ({ signal }) => {
    let window_seconds = 0;
    const items = await everything(async (at) => {
      const page = await get(api.GET("/api/provider-health", { params: { query: { limit: 1000, ...at } }, signal }));
      window_seconds = page.window_seconds;
      return page;
    });
    return { window_seconds, items };
  },
  refetchInterval: 15_000,
});
