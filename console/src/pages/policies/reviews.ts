import { queryOptions } from "@tanstack/react-query";
import { api, get, type Schemas } from "../../api/client";

export type Review = Schemas["FindingReview"];

/** What became of a finding. */
export const doneOf = (action: string) =>
  ({
    flag: "noted",
    tokenise: "sent as a placeholder",
    redact: "taken out",
    ask: "waits for a person",
    block: "refused",
  })[action] ?? action;

/** Findings at a level and below it that somebody says are none, newest first. */
export const reviewsQuery = (level: string) =>
  queryOptions({
    queryKey: ["policies", "reviews", level],
    queryFn: ({ signal }) => get(api.GET("/api/finding-reviews", { params: { query: { level, limit: 100 } }, signal })),
    refetchInterval: 15_000,
  });
