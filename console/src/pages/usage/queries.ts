import { queryOptions } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { type Asked, queryOf, type Report } from "./usage";

export const usageQuery = (asked: Asked) =>
  queryOptions({
    queryKey: ["usage", queryOf(asked)],
    // The same address has CSV too, which this does not ask for.
    queryFn: async ({ signal }) => (await get(api.GET("/api/usage", { params: { query: queryOf(asked) }, signal }))) as Report,
    staleTime: 30_000,
  });
