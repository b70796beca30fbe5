import type { Schemas } from "../../api/client";
import { type Interval, intervalMs } from "../../design/bands";
import type { Zone } from "../../design/format";
import { fromTo } from "../../design/range";
import type { State } from "../../design/Status";

export type Call = Schemas["CallRecord"];

/** What the list needs of a call: a record has ten times as much, which a hundred thousand rows would keep in memory. */
export type CallRow = Pick<
  Call,
  | "id"
  | "started_at_us"
  | "outcome"
  | "error_code"
  | "operation"
  | "requested_model"
  | "route"
  | "served_model"
  | "provider"
  | "connection_id"
  | "use_case_id"
  | "key_id"
  | "person_id"
  | "cache"
  | "cost_nano_usd"
  | "unpriced"
  | "duration_us"
  | "first_output_us"
  | "overhead_us"
> & { tries: number; input: number; output: number; isEstimate: boolean };

export function rowOf(c: Call): CallRow {
  return {
    id: c.id,
    started_at_us: c.started_at_us,
    outcome: c.outcome,
    error_code: c.error_code,
    operation: c.operation,
    requested_model: c.requested_model,
    route: c.route,
    served_model: c.served_model,
    provider: c.provider,
    connection_id: c.connection_id,
    use_case_id: c.use_case_id,
    key_id: c.key_id,
    person_id: c.person_id,
    cache: c.cache,
    cost_nano_usd: c.cost_nano_usd,
    unpriced: c.unpriced,
    duration_us: c.duration_us,
    first_output_us: c.first_output_us,
    overhead_us: c.overhead_us,
    tries: c.attempts.length,
    input: c.usage.total_input,
    output: c.usage.total_output,
    isEstimate: c.usage.source === "estimated",
  };
}

type Ended = Pick<CallRow, "outcome" | "error_code" | "cache" | "tries">;

/** What became of a call, in a mark, a sentence for its title, and a few words for its row where it did not go well. */
export function outcomeOf(call: Ended): { state: State; title: string; reason: string | undefined } {
  const { tries } = call;
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

export function isHit(call: Pick<CallRow, "cache">): boolean {
  return call.cache === "hit";
}

/** insufficient_quota reads as words. */
export function words(code: string | null | undefined): string {
  const text = (code ?? "unknown").replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** By what the list is narrowed: the name in the address and the one in the API. */
export const filters = {
  organisation: "organisation_id",
  workspace: "workspace_id",
  use_case: "use_case_id",
  key: "key_id",
  person: "person_id",
  route: "route",
  model: "model",
  provider: "provider",
  connection: "connection_id",
  deployment: "deployment_id",
  operation: "operation",
  outcome: "outcome",
  error_code: "error_code",
} as const;

export type FilterName = keyof typeof filters;
export const filterNames = Object.keys(filters) as FilterName[];

export type CallSearch = { [Name in Exclude<FilterName, "workspace">]?: string | undefined } & {
  /** The call that is open. */
  call?: string | undefined;
  /** What was typed of the time; left out, the usual stretch. */
  time?: string | undefined;
  /** "1" while calls are shown as they end. */
  live?: string | undefined;
  /** Names of the columns, where they are not the usual ones. */
  columns?: string | undefined;
  /** What is looked for in what was said. */
  said?: string | undefined;
  /** "1" while the open call is explained. */
  explain?: string | undefined;
};

export const callSearchNames = [
  "call",
  "time",
  "live",
  "columns",
  "said",
  "explain",
  ...filterNames.filter((n) => n !== "workspace"),
] as Exclude<keyof CallSearch, "workspace">[];

export const usualTime = "24h";

export type CallQuery = { [Name in (typeof filters)[FilterName] | "from" | "to"]?: string };

/** The filters of an address as parameters of the API, without the time. */
export function queryOf(values: Readonly<Record<string, string | undefined>>): CallQuery {
  const query: CallQuery = {};
  for (const name of filterNames) {
    const value = values[name];
    if (value !== undefined) query[filters[name]] = value;
  }
  return query;
}

/** A stretch as parameters of the API; a text that is none asks for the usual one. */
export const timeOf = (text: string, now: Date, zone: Zone) => fromTo(text, usualTime, now, zone);

/** The finest bands of which no more than some 180 fill the range. */
export function intervalOf(lengthMs: number): Interval {
  return lengthMs <= 181 * intervalMs.minute ? "minute" : lengthMs <= 181 * intervalMs.hour ? "hour" : "day";
}

/** As text for the query of an address. */
export function parametersOf(query: Readonly<Record<string, string | undefined>>): string {
  const set = Object.entries(query).filter((e): e is [string, string] => e[1] !== undefined);
  return new URLSearchParams(set).toString();
}
