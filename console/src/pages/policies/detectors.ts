import { queryOptions } from "@tanstack/react-query";
import { api, get } from "../../api/client";

/** Sets of models: the one that comes with the product, then the uploaded ones, newest first. */
export const modelSetsQuery = queryOptions({
  queryKey: ["policies", "detectors"],
  queryFn: async ({ signal }) =>
    (await get(api.GET("/api/guardrails/models", { params: { query: { limit: 100 } }, signal }))).items,
  refetchInterval: 15_000,
});
