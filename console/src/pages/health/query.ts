import { queryOptions } from "@tanstack/react-query";
import { api, get } from "../../api/client";

/** Asked anew while one looks. */
export const everyMs = 5_000;

export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: ({ signal }) => get(api.GET("/api/health", { signal })),
  refetchInterval: everyMs,
});
