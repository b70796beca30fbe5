import { queryOptions } from "@tanstack/react-query";
import { api, get, type Schemas } from "../../api/client";
import { everything, type Sent } from "../../api/everything";

export type Route = Sent<Schemas["Route"]>;
export type RouteBody = Schemas["RouteBody"];
export type Target = Route["targets"][number];
export type Explanation = Sent<Schemas["Explanation"]>;

export const routesQuery = queryOptions({
  queryKey: ["routes"],
  queryFn: async ({ signal }) =>
    (await everything((query) => get(api.GET("/api/routes", { params: { query }, signal })))) as Route[],
});

export function routeQuery(id: string) {
  return queryOptions({
    queryKey: ["routes", id],
    queryFn: async ({ signal }) => (await get(api.GET("/api/routes/{id}", { params: { path: { id } }, signal }))) as Route,
  });
}
