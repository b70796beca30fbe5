import type { Schemas } from "../../api/client";
import { unknown } from "../../design/format";
import type { State } from "../../design/Status";
import { channelsOfFindings } from "../policies/channels";

export type Found = Schemas["FoundThing"];
export type Summary = Schemas["FindingSummary"];
export type Counts = Schemas["FindingCounts"];
export type Line = Schemas["FindingLine"];
export type Queue = Schemas["ReviewQueue"];
export type Queued = Schemas["QueuedFinding"];
export type Share = Schemas["Share"];

export const tabs = [
  { id: "all", name: "Findings" },
  { id: "rules", name: "Rates" },
  { id: "review", name: "Review" },
] as const;

/** By what findings are narrowed: the name in the address and the one in the API. */
const filters = {
  workspace: "workspace_id",
  use_case: "use_case_id",
  rule: "rule",
  kind: "kind",
  channel: "channel",
  action: "action",
  review: "review",
  same: "digest",
} as const;

export type FilterName = keyof typeof filters | "sure";
export const filterNames = [...Object.keys(filters), "sure"] as FilterName[];

export type FindingSearch = { [Name in Exclude<FilterName, "workspace">]?: string | undefined } & {
  tab?: string | undefined;
  /** What was typed of the time; left out, the usual stretch. */
  time?: string | undefined;
  /** The finding that is open: call and number. */
  finding?: string | undefined;
  /** What rates are told by. */
  by?: string | undefined;
};

export const findingSearchNames = ["tab", "time", "finding", "by", ...filterNames.filter((n) => n !== "workspace")] as Exclude<
  keyof FindingSearch,
  "workspace"
>[];

export const usualTime = "30d";

/** How sure a detector is, in bands, least sure first. */
export const bandsOfSure = [
  { value: "0-69", label: "under 70 %" },
  { value: "70-89", label: "70 to 89 %" },
  { value: "90-100", label: "90 % and more" },
];

export const reviewWords = [
  { value: "none", label: "not reviewed" },
  { value: "open", label: "reported" },
  { value: "false_alarm", label: "false alarm" },
  { value: "right", label: "right" },
  { value: "decided", label: "decided" },
];

export const groups = [
  { value: "rule", name: "Rule" },
  { value: "kind", name: "Kind" },
  { value: "channel", name: "Channel" },
  { value: "action", name: "Action" },
] as const;

export type Group = (typeof groups)[number]["value"];

export type FindingQuery = Readonly<Record<string, string>>;

/** The filters of an address as parameters of the API, without the time. */
export function queryOf(values: Readonly<Record<string, string | undefined>>): FindingQuery {
  const query: Record<string, string> = {};
  for (const [name, parameter] of Object.entries(filters)) {
    const value = values[name];
    if (value !== undefined) query[parameter] = value;
  }
  const [low, high] = /^(\d{1,3})-(\d{1,3})$/.exec(values.sure ?? "")?.slice(1) ?? [];
  if (low !== undefined && high !== undefined) {
    query.min_score_percent = low;
    query.max_score_percent = high;
  }
  return query;
}

export const idOf = (f: Pick<Found, "call_id" | "number">) => `${f.call_id}.${f.number}`;

/** 2.3 % (1.1–4.8 %): a share with the interval of 95 %; a dash where nothing was counted. */
export function shareOf(share: Share | null | undefined): string {
  if (share == null) return unknown;
  return `${tenth(share.value)} % (${tenth(share.low)}–${tenth(share.high)} %)`;
}

function tenth(value: number): string {
  const percent = value * 100;
  return percent >= 10 || percent === 0 ? Math.round(percent).toString() : percent.toFixed(1);
}

/** 12 of 40 reviewed, false alarms 8.3 % (1.5–35 %). */
export function progressOf(p: Queue["progress"]): string {
  const share = p.false_alarm_share === null ? "" : `, false alarms ${shareOf(p.false_alarm_share)}`;
  return `${p.reviewed} of ${p.texts} reviewed${share}`;
}

export const channelWord = (channel: string) => channelsOfFindings.find((c) => c.value === channel)?.label ?? channel;

const states: Record<string, State> = { block: "refused", ask: "refused", redact: "risk", tokenise: "held", flag: "idle" };
export const stateOf = (action: string): State => states[action] ?? "idle";

/** What whoever made the call can do about a finding. */
export function adviceOf(f: Pick<Found, "action" | "rule" | "kind" | "channel">): string {
  const from = f.channel === "output" ? "the answer" : f.channel === "tool" ? "what the tool gives back" : "the text";
  switch (f.action) {
    case "block":
      return f.channel === "output"
        ? "The answer ended there. Ask otherwise, so that the model has no reason to say it; whoever writes the policy can make the rule milder."
        : `The call was refused. Take what stands at this place out of ${from} and send it again.`;
    case "ask":
      return "The call waits for a person: Policies, Waiting. When it is let pass, send the same call again.";
    case "redact":
      return `It was taken out, and [redacted:${f.rule}] stands in its place. There is nothing to do unless it is needed: then a rule with the action tokenise keeps it from the provider and gives it back.`;
    case "tokenise":
      return "The provider saw a placeholder, and the caller got the words back. There is nothing to do.";
    default:
      return "It was noted, and nothing was changed. There is nothing to do.";
  }
}

/** The place in the queue after one is answered: the same place, or the last. */
export function nextOf(items: readonly Queued[], id: string): string | undefined {
  const at = items.findIndex((q) => idOf(q.finding) === id);
  const next = items[at + 1] ?? items[at - 1];
  return next === undefined ? undefined : idOf(next.finding);
}
