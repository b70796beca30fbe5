import { queryOptions } from "@tanstack/react-query";
import { api, get, type Schemas } from "../../api/client";

export type Route = Schemas["Route"];
export type RouteBody = Schemas["RouteBody"];
export type Target = Route["targets"][number];
export type Explanation = Schemas["Explanation"];

export function routeQuery(id: string) {
  return queryOptions({
    queryKey: ["routes", id],
    queryFn: ({ signal }) => get(api.GET("/api/routes/{id}", { params: { path: { id } }, signal })),
    // It is what a change is made on: an editor begins with the version of now.
    gcTime: 0,
  });
}
