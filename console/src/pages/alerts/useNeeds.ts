import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, get } from "../../api/client";
import { keysQuery, providerHealthQuery } from "../../api/lists";
import { useMay } from "../../api/session";
import { needsOf, risksOf } from "./needs";

const often = { staleTime: 30_000, refetchInterval: 60_000 };

/** All budgets with what they have counted. */
export function useBudgets() {
  const may = useMay();
  return useQuery({
    queryKey: ["budgets", "all"],
    queryFn: ({ signal }) => get(api.GET("/api/budgets", { params: { query: { limit: 1000 } }, signal })),
    enabled: may("budgets.read"),
    ...often,
  });
}

/** What needs somebody, of what one may see, and what money will not last. */
export function useNeeds(nameOf: (scope: string, id: string) => string, now: number) {
  const may = useMay();
  const health = useQuery({ ...providerHealthQuery, enabled: may("connections.read"), ...often });
  const budgets = useBudgets();
  const retirements = useQuery({
    queryKey: ["retirements"],
    queryFn: ({ signal }) => get(api.GET("/api/models/retirements", { params: { query: { limit: 200 } }, signal })),
    enabled: may("models.read"),
    staleTime: 300_000,
  });
  const violations = useQuery({
    queryKey: ["violations"],
    queryFn: ({ signal }) => get(api.GET("/api/model-rules/violations", { params: { query: { limit: 200 } }, signal })),
    enabled: may("rules.read"),
    staleTime: 300_000,
  });
  const keys = useQuery({ ...keysQuery, enabled: may("keys.read"), staleTime: 60_000 });
  const waiting = useQuery({
    queryKey: ["policies", "requests", "open"],
    queryFn: ({ signal }) => get(api.GET("/api/policy-requests", { params: { query: { state: "open", limit: 100 } }, signal })),
    enabled: may("policies.approve"),
    ...often,
  });
  const risks = useMemo(() => risksOf(budgets.data?.items ?? [], nameOf), [budgets.data, nameOf]);
  const needs = needsOf(
    {
      health: health.data,
      budgets: risks,
      retirements: retirements.data?.items ?? [],
      violations: violations.data?.items ?? [],
      keys: keys.data ?? [],
      waiting: waiting.data?.items ?? [],
    },
    now,
  );
  const asked = [health, budgets, retirements, violations, keys, waiting];
  return {
    needs,
    risks,
    budgets: budgets.data?.items,
    isKnown: asked.every((q) => q.data !== undefined || q.fetchStatus === "idle"),
    error: asked.find((q) => q.error !== null)?.error ?? null,
  };
}
