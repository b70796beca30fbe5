import { queryOptions } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { everything } from "../../api/everything";

const staleTime = 60_000;

export const modelNamesQuery = queryOptions({
  queryKey: ["models", "names"],
  queryFn: async ({ signal }) =>
    (await everything((cursor) => get(api.GET("/api/models", { params: { query: { limit: 1000, ...cursor } }, signal })))).map(
      (m) => m.name,
    ),
  staleTime,
});

export const routeNamesQuery = queryOptions({
  queryKey: ["routes", "names"],
  queryFn: async ({ signal }) =>
    (await everything((cursor) => get(api.GET("/api/routes", { params: { query: { limit: 1000, ...cursor } }, signal })))).map(
      (r) => r.name,
    ),
  staleTime,
});
