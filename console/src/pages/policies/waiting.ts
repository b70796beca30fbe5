import { queryOptions } from "@tanstack/react-query";
import { api, get } from "../../api/client";
import { everything } from "../../api/lists";

/** Calls that wait for a person at a level and below it, and those that were decided, newest first. */
export const requestsQuery = (level: string) =>
  queryOptions({
    queryKey: ["policies", "requests", level],
    queryFn: ({ signal }) => get(api.GET("/api/policy-requests", { params: { query: { level, limit: 100 } }, signal })),
    refetchInterval: 15_000,
  });

/** Use cases at a level and below it, with the approvals that they need and have. */
export const standingsQuery = (level: string) =>
  queryOptions({
    queryKey: ["policies", "standings", level],
    queryFn: ({ signal }) =>
      everything((at) =>
        get(api.GET("/api/use-case-approvals", { params: { query: { level, waiting: true, limit: 1000, ...at } }, signal })),
      ),
  });

/** One use case, with who ever approved it. */
export const standingQuery = (id: string) =>
  queryOptions({
    queryKey: ["policies", "standing", id],
    queryFn: ({ signal }) => get(api.GET("/api/use-case-approvals/{id}", { params: { path: { id } }, signal })),
  });
