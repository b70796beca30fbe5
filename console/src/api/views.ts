import { queryOptions } from "@tanstack/react-query";
import { api, get, type Schemas } from "./client";

export type SavedView = Schemas["SavedView"];

/** One's own views of all pages. */
export const viewsQuery = queryOptions({
  queryKey: ["views"],
  queryFn: async ({ signal }) => (await get(api.GET("/api/views", { signal }))).items,
  staleTime: 60_000,
});
