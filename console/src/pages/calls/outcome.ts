import type { Schemas } from "../../api/client";
import type { State } from "../../design/Status";

export type Call = Schemas["CallRecord"];

/** What became of a call, in a mark, a sentence for its title, and a few words for its row where it did not go well. */
export function outcomeOf(call: Call): { state: State; title: string; reason: string | undefined } {
  const tries = call.attempts?.length ?? 0;
  switch (call.outcome) {
    case "refused":
      return { state: "refused", title: "Refused", reason: words(call.error_code) };
    case "failed":
      return {
        state: "failed",
        title: tries > 1 ? `Failed after ${tries} attempts` : "Failed",
        reason: words(call.error_code) + (tries > 1 ? `, ${tries} attempts` : ""),
      };
    case "abandoned":
      return { state: "left", title: "The caller left", reason: "Caller left" };
    default:
      return {
        state: "answered",
        title: isHit(call) ? "Answered from the cache" : tries > 1 ? `Answered on attempt ${tries}` : "Answered",
        reason: undefined,
      };
  }
}

export function isHit(call: Call): boolean {
  return call.cache === "hit";
}

/** insufficient_quota reads as words. */
function words(code: string | null | undefined): string {
  const text = (code ?? "unknown").replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
