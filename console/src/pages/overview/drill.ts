import type { Zone } from "../../design/format";
import { writeRange } from "../../design/range";
import type { Span } from "./overview";

/** The calls behind a mark, as the address of the list of calls has them. */
export function callsOf(filters: Record<string, string | undefined>): Record<string, string> {
  const known: Record<string, string> = {};
  for (const [name, value] of Object.entries(filters)) if (value !== undefined && value !== "") known[name] = value;
  return known;
}

/** The time of the page, as the address of the calls has it. */
export function timeOf(span: Span, zone: Zone): { time: string } {
  const time = writeRange(new Date(span.from), new Date(span.to), zone);
  return { time: span.isOpen ? time.replace(/ – .*$/, " – now") : time };
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
