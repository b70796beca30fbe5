import { queryOptions } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { everything } from "../../api/lists";

export const budgetsQuery = queryOptions({
  queryKey: ["budgets"],
  queryFn: ({ signal }) =>
    everything((cursor) => get(api.GET("/api/budgets", { params: { query: { limit: 1000, ...cursor } }, signal }))),
  refetchInterval: 30_000,
});

export const limitsQuery = queryOptions({
  queryKey: ["limits"],
  queryFn: ({ signal }) =>
    everything((cursor) => get(api.GET("/api/limits", { params: { query: { limit: 1000, ...cursor } }, signal }))),
  refetchInterval: 30_000,
});

/** What waits for a decision. */
export const openRequestsQuery = queryOptions({
  queryKey: ["budget-requests", "open"],
  queryFn: ({ signal }) =>
    everything((cursor) =>
      get(api.GET("/api/budget-requests", { params: { query: { state: "open", limit: 1000, ...cursor } }, signal })),
    ),
  refetchInterval: 30_000,
});

/** The last ones of a budget, decided or not. */
export const requestsOf = (budget: string) =>
  queryOptions({
    queryKey: ["budget-requests", "of", budget],
    queryFn: ({ signal }) =>
      get(api.GET("/api/budget-requests", { params: { query: { budget_id: budget, limit: 20 } }, signal })),
  });

export const alertsOf = (budget: string) =>
  queryOptions({
    queryKey: ["alerts", budget],
    queryFn: ({ signal }) => get(api.GET("/api/alerts", { params: { query: { budget_id: budget, limit: 50 } }, signal })),
  });

export const forecastOf = (budget: string, of: string) =>
  queryOptions({
    queryKey: ["budgets", budget, "forecast", of],
    queryFn: ({ signal }) =>
      get(api.GET("/api/budgets/{id}/forecast", { params: { path: { id: budget }, query: { of } }, signal })),
    refetchInterval: 60_000,
  });
