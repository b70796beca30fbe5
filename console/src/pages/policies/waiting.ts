import { queryOptions } from "@tanstack/react-query";
import { api, get, type Schemas } from "../../api/client";
import { everything } from "../../api/lists";
import type { State } from "../../design/Status";

export type PolicyRequest = Schemas["PolicyRequest"];
export type Standing = Schemas["UseCaseStanding"];

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

export const risks: readonly { value: "minimal" | "limited" | "high"; label: string }[] = [
  { value: "minimal", label: "Minimal risk" },
  { value: "limited", label: "Limited risk: people are told that it is AI (AI Act, article 50)" },
  { value: "high", label: "High risk (AI Act, article 6 and annex III)" },
];

export const riskOf = (s: Pick<Standing, "risk_class">) =>
  s.risk_class == null ? "Not said yet, counts as high" : `${s.risk_class[0]?.toUpperCase()}${s.risk_class.slice(1)}`;

/** How a request stands, in a mark and a word. */
export function standOf(r: Pick<PolicyRequest, "state" | "live">): { state: State; word: string } {
  if (r.state === "open") return { state: "running", word: "Waits" };
  if (r.state === "approved") return r.live ? { state: "good", word: "Passes" } : { state: "idle", word: "Passed" };
  return r.state === "declined" ? { state: "refused", word: "Declined" } : { state: "left", word: "Nobody decided" };
}
