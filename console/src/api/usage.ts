import { queryOptions } from "@tanstack/react-query";
import { api, get, type Schemas } from "./client";
import type { paths } from "./schema";

export type UsageQuery = NonNullable<paths["/api/usage"]["get"]["parameters"]["query"]>;

/** A report as JSON: the same address can answer CSV, which its type does not tell apart. */
export async function readUsage(query: UsageQuery, signal: AbortSignal): Promise<Schemas["UsageReport"]> {
  const report = await get(api.GET("/api/usage", { params: { query }, signal }));
  if (typeof report === "string") throw new Error("A report was asked for as JSON and came as text");
  return report as Schemas["UsageReport"];
}

/** A report, the same for every page that asks for it. */
export function reportQuery(query: UsageQuery) {
  return queryOptions({
    queryKey: ["usage", "report", query],
    queryFn: ({ signal }) => readUsage(query, signal),
    staleTime: 30_000,
  });
}
