import { queryOptions } from "@tanstack/react-query";
import { api, get, type Schemas } from "./client";
import { everything } from "./lists";

export type SavedView = Schemas["SavedView"];

/** One's own views of all pages. */
export const viewsQuery = queryOptions({
  queryKey: ["views"],
  queryFn: async ({ signal }) => {
    const views = await everything((at) => get(api.GET("/api/views", { params: { query: { limit: 1000, ...at } }, signal })));
    return views.sort((a, b) => a.name.localeCompare(b.name));
  },
  staleTime: 60_000,
});
