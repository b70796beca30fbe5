import type { Zone } from "../../design/format";
import { writeRange } from "../../design/range";
import { type CallLink, callsOf } from "../calls/link";
import { type Figure, type Grouping, others, type Span } from "./overview";

/** The time of the page, as the address of the calls has it. */
export function timeOf(span: Span, zone: Zone): { time: string } {
  return { time: writeRange(new Date(span.from), span.isOpen ? undefined : new Date(span.to), zone) };
}

/** The calls that a mark stands for; no mark is the whole of its band, and what has no filter of its own leads nowhere. */
export function pick(time: string, show: Figure, by: Grouping, id: string | undefined): CallLink | null {
  if (show === "latency") return { time };
  const all: CallLink = show === "failed" ? { time, outcome: "failed" } : { time };
  if (id === undefined) return all;
  if (id === others || id === "none" || id === "forecast") return null;
  return callsOf(all, show === "failed" ? ["error_code", id] : [by, id]);
}

const causes: Record<string, string> = {
  upstream_rate_limited: "Provider rate limit",
  upstream_timeout: "Provider took too long",
  upstream_failed: "Provider failed",
  upstream_overloaded: "Provider overloaded",
  upstream_cut: "Answer was cut off",
  upstream_malformed: "Answer was malformed",
  upstream_rejected: "Provider refused the call",
  upstream_credential: "Provider refused our credential",
  no_deployment: "No deployment could take it",
};

/** A code of an error in words. */
export function causeName(code: string): string {
  if (code === "") return "No code";
  const text = causes[code] ?? code.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
