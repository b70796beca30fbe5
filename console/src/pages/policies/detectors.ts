import { queryOptions } from "@tanstack/react-query";
import { api, get, type Schemas } from "../../api/client";

export type ModelSet = Schemas["DetectorModelSet"];

/** Sets of models: the one that comes with the product, then the uploaded ones, newest first. */
export const modelSetsQuery = queryOptions({
  queryKey: ["policies", "detectors"],
  queryFn: async ({ signal }) =>
    (await get(api.GET("/api/guardrails/models", { params: { query: { limit: 100 } }, signal }))).items,
  refetchInterval: 15_000,
});

/** A share as people read it. */
export const percent = (some: number, all: number) =>
  all === 0 ? "–" : `${Math.round((some / all) * 100)} % (${some} of ${all})`;
