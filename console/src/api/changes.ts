import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

/** What a change may show in, beside the things themselves, by the first word of its queries. */
const alsoIn = {
  routes: ["explain"],
  keys: ["explain"],
  budgets: ["budget-requests", "explain"],
  limits: ["explain"],
  hub: ["connections", "provider-health", "models", "deployments", "routes", "prices", "retirements", "violations", "explain"],
} as const;

export type Changed = keyof typeof alsoIn;

/** Has everything asked anew that a change of such things may show in. */
export function askAnew(queries: QueryClient, changed: Changed): Promise<unknown> {
  const names = [changed, ...alsoIn[changed]];
  const keys: (readonly string[])[] = names.map((name) => [name]);
  // A call that is open tells what it would meet now.
  if (names.includes("explain")) keys.push(["calls", "explain"]);
  return Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
}

export function useChanged(): (changed: Changed) => Promise<unknown> {
  const queries = useQueryClient();
  return useCallback((changed) => askAnew(queries, changed), [queries]);
}
