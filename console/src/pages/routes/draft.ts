import { changesOf, type Said, yesNo } from "../../design/changes";
import { count, duration } from "../../design/format";
import type { Route, RouteBody, Target } from "./routes";
import { strategyOf } from "./strategies";

/** What is typed into a route: numbers as texts, since a field may be empty while one types. */
export type RouteDraft = {
  name: string;
  targets: { deployment: string | null; model: string | null; weight: string }[];
  strategy: string;
  retries: string;
  maxAttempts: string;
  timeoutS: string;
  sessionAffinity: boolean;
  cacheS: string;
  context: string;
  summaryModel: string;
  summaryTokens: string;
  defaultOutputTokens: string;
  allowUnpriced: boolean;
  keepContents: boolean;
  losses: string;
  disabled: boolean;
  residency: string;
  noTraining: boolean;
  maxRetentionDays: string;
};

export const newRoute: RouteDraft = {
  name: "",
  targets: [],
  strategy: "ordered",
  retries: "2",
  maxAttempts: "4",
  timeoutS: "0",
  sessionAffinity: false,
  cacheS: "0",
  context: "refuse",
  summaryModel: "",
  summaryTokens: "1024",
  defaultOutputTokens: "4096",
  allowUnpriced: false,
  keepContents: false,
  losses: "drop",
  disabled: false,
  residency: "",
  noTraining: false,
  maxRetentionDays: "",
};

export function draftOf(route: Route): RouteDraft {
  return {
    name: route.name,
    targets: route.targets.map((t) => ({ ...t, weight: String(t.weight) })),
    strategy: route.strategy,
    retries: String(route.retries),
    maxAttempts: String(route.max_attempts),
    timeoutS: String(route.timeout_ms / 1000),
    sessionAffinity: route.session_affinity,
    cacheS: String(route.cache_seconds),
    context: route.context,
    summaryModel: route.summary_model ?? "",
    summaryTokens: String(route.summary_tokens),
    defaultOutputTokens: String(route.default_output_tokens),
    allowUnpriced: route.allow_unpriced,
    keepContents: route.keep_contents,
    losses: route.losses,
    disabled: route.disabled,
    residency: (route.demands?.residency ?? []).join(", "),
    noTraining: route.demands?.no_training ?? false,
    maxRetentionDays: route.demands?.max_retention_days == null ? "" : String(route.demands.max_retention_days),
  };
}

/** Fields that hold no number, by the name of the API: they are told before anything is sent. */
export function wrongNumbers(draft: RouteDraft): Record<string, string> {
  const wrong: Record<string, string> = {};
  const check = (name: string, text: string, low: number, high: number, what: string) => {
    const value = Number(text.trim());
    if (text.trim() === "" || !Number.isInteger(value) || value < low || value > high)
      wrong[name] = `${what} from ${count(low)} to ${count(high)}.`;
  };
  check("retries", draft.retries, 0, 5, "A whole number");
  check("max_attempts", draft.maxAttempts, 1, 20, "A whole number");
  check("cache_seconds", draft.cacheS, 0, 2_592_000, "Seconds");
  check("default_output_tokens", draft.defaultOutputTokens, 1, 1_000_000, "Tokens");
  if (draft.context === "summarise") check("summary_tokens", draft.summaryTokens, 64, 32_000, "Tokens");
  const timeout = Number(draft.timeoutS.trim());
  if (draft.timeoutS.trim() === "" || !(timeout >= 0 && timeout <= 3600)) wrong.timeout_ms = "Seconds from 0 to 3,600.";
  if (draft.maxRetentionDays.trim() !== "") check("demands.max_retention_days", draft.maxRetentionDays, 0, 36_500, "Days");
  for (const target of draft.targets) check("targets", target.weight, 1, 1000, "A weight is a whole number");
  return wrong;
}

/** The body that saves it; call it only where no number is wrong. */
export function bodyOf(draft: RouteDraft): RouteBody {
  const residency = draft.residency.split(/[,\s]+/).filter((r) => r !== "");
  const days = draft.maxRetentionDays.trim();
  const demands = residency.length > 0 || draft.noTraining || days !== "";
  return {
    name: draft.name.trim(),
    targets: draft.targets.map((t) => ({ deployment: t.deployment, model: t.model, weight: Number(t.weight) })),
    strategy: draft.strategy as RouteBody["strategy"],
    retries: Number(draft.retries),
    max_attempts: Number(draft.maxAttempts),
    timeout_ms: Math.round(Number(draft.timeoutS) * 1000),
    session_affinity: draft.sessionAffinity,
    cache_seconds: Number(draft.cacheS),
    context: draft.context as RouteBody["context"],
    summary_model: draft.context === "summarise" && draft.summaryModel.trim() !== "" ? draft.summaryModel.trim() : null,
    summary_tokens: draft.context === "summarise" ? Number(draft.summaryTokens) : 1024,
    default_output_tokens: Number(draft.defaultOutputTokens),
    allow_unpriced: draft.allowUnpriced,
    keep_contents: draft.keepContents,
    disabled: draft.disabled,
    losses: draft.losses as RouteBody["losses"],
    demands: demands
      ? {
          residency: residency.length > 0 ? residency : null,
          no_training: draft.noTraining,
          max_retention_days: days === "" ? null : Number(days),
        }
      : null,
  } as RouteBody;
}

/** A route that was saved as it would be saved again: what puts the old one back. */
export function bodyOfRoute(route: Route): RouteBody {
  return bodyOf(draftOf(route));
}

/** How a deployment is called on the screen: model at connection. */
export type NameOf = (target: { deployment: string | null; model: string | null }) => string;

const seconds = (text: string) => (Number(text) === 0 ? "none" : duration(Number(text) * 1e6));

/** Members of a route as a diff says them. */
export function saidOf(nameOf: NameOf): Said<RouteDraft>[] {
  return [
    ["Name", (d) => d.name],
    [
      "Leads to",
      (d) => d.targets.map((t, i) => `${i + 1}. ${nameOf(t)}${needsWeight(d.strategy) ? ` (${t.weight})` : ""}`).join(", "),
    ],
    ["Chooses", (d) => strategyOf(d.strategy)],
    ["Retries", (d) => d.retries],
    ["Attempts in all", (d) => d.maxAttempts],
    ["Time limit", (d) => seconds(d.timeoutS)],
    ["Session affinity", (d) => yesNo(d.sessionAffinity)],
    ["Cache", (d) => seconds(d.cacheS)],
    ["Too long input", (d) => contexts.find((c) => c.value === d.context)?.label ?? d.context],
    ["Summary by", (d) => (d.context === "summarise" ? d.summaryModel || "nobody" : "nobody")],
    ["Summary of at most", (d) => (d.context === "summarise" ? `${d.summaryTokens} tokens` : "none")],
    ["Output where none is asked for", (d) => `${d.defaultOutputTokens} tokens`],
    ["Unpriced models", (d) => (d.allowUnpriced ? "let through" : "refused under a budget")],
    ["Keeps prompts and answers", (d) => yesNo(d.keepContents)],
    ["Lost fields", (d) => lossPolicies.find((l) => l.value === d.losses)?.label ?? d.losses],
    ["Data stays in", (d) => d.residency || "anywhere"],
    ["No training on data", (d) => (d.noTraining ? "demanded" : "not demanded")],
    ["Data is kept at most", (d) => (d.maxRetentionDays === "" ? "any time" : `${d.maxRetentionDays} days`)],
    ["Switched", (d) => (d.disabled ? "off" : "on")],
  ];
}

export function routeChanges(before: RouteDraft, after: RouteDraft, nameOf: NameOf) {
  return changesOf(before, after, saidOf(nameOf));
}

export const needsWeight = (strategy: string) => strategy === "weighted" || strategy === "least_busy";

export const contexts = [
  { value: "refuse", label: "Refuse the call" },
  { value: "drop_oldest", label: "Drop the oldest turns" },
  { value: "summarise", label: "Summarise the oldest turns" },
] as const;

export const lossPolicies = [
  { value: "drop", label: "Leave out, and name them" },
  { value: "refuse", label: "Do not call that provider" },
] as const;

/** The target at a place moved by one. */
export function moved<T>(list: readonly T[], from: number, by: number): T[] {
  const to = from + by;
  if (to < 0 || to >= list.length) return [...list];
  const next = [...list];
  const [it] = next.splice(from, 1);
  if (it !== undefined) next.splice(to, 0, it);
  return next;
}

export function targetOf(target: RouteDraft["targets"][number]): Target {
  return { deployment: target.deployment, model: target.model, weight: Number(target.weight) || 1 } as Target;
}
