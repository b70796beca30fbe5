import type { Schemas } from "../../api/client";
import type { State } from "../../design/Status";

export type PolicyRequest = Schemas["PolicyRequest"];
export type Standing = Schemas["UseCaseStanding"];

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
