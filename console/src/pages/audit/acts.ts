import type { Schemas } from "../../api/client";
import type { ComboOption } from "../../design/Combo";
import type { State } from "../../design/Status";
import type { Place } from "../../shell/places";

export type Act = Schemas["AuditAct"];

export const actSearchNames = ["act", "time", "actor", "action", "resource", "status", "export"] as const;
export type ActSearch = { [Name in (typeof actSearchNames)[number]]?: string | undefined };

export const actFilterNames = ["actor", "action", "resource", "status"] as const;

export const usualTime = "7d";

export type ActQuery = { actor?: string; action?: string; resource?: string; status?: number };

/** The filters of an address as parameters of the API. A status that is no number asks for none that exists. */
export function queryOf(search: ActSearch): ActQuery {
  return {
    ...(search.actor === undefined ? {} : { actor: search.actor }),
    ...(search.action === undefined ? {} : { action: search.action }),
    ...(search.resource === undefined ? {} : { resource: search.resource }),
    ...(search.status === undefined ? {} : { status: /^\d{3}$/.test(search.status) ? Number(search.status) : 0 }),
  };
}

/** Parts of a method and address that one looks for; any other text can be typed. */
export const actionOptions: readonly ComboOption[] = [
  { value: "POST", label: "POST", note: "made, or done to something" },
  { value: "PATCH", label: "PATCH", note: "changed" },
  { value: "DELETE", label: "DELETE", note: "removed" },
  { value: "contents", label: "contents", note: "what was said" },
  { value: "approve", label: "approve", note: "models, requests for more" },
  { value: "session", label: "session", note: "signing in and out" },
  ...[
    "accounts",
    "admin-tokens",
    "keys",
    "connections",
    "models",
    "model-rules",
    "policies",
    "routes",
    "prices",
    "budgets",
    "limits",
  ].map((noun) => ({ value: noun, label: noun })),
];

export const statusOptions: readonly ComboOption[] = [
  { value: "200", label: "200", note: "done" },
  { value: "201", label: "201", note: "made" },
  { value: "204", label: "204", note: "done, no answer" },
  { value: "400", label: "400", note: "was not understood" },
  { value: "401", label: "401", note: "not signed in" },
  { value: "403", label: "403", note: "not allowed" },
  { value: "404", label: "404", note: "no such thing" },
  { value: "409", label: "409", note: "does not go with what there is" },
  { value: "412", label: "412", note: "changed meanwhile" },
  { value: "500", label: "500", note: "Portico failed" },
  { value: "503", label: "503", note: "not at this time" },
];

/** How an act ended, in a mark and in words. */
export function endingOf(act: Pick<Act, "status" | "code">): { state: State; title: string } {
  const { status, code } = act;
  if (status === null) return { state: "left", title: "Under way or lost" };
  if (status < 400) return { state: "answered", title: "Done" };
  if (status === 499) return { state: "left", title: "The caller left before the answer" };
  const why = code === null ? String(status) : code.replaceAll("_", " ");
  return status >= 500 ? { state: "failed", title: `Failed: ${why}` } : { state: "refused", title: `Refused: ${why}` };
}

const nouns: Readonly<Record<string, readonly [one: string, many: string]>> = {
  organisations: ["an organisation", "organisations"],
  workspaces: ["a workspace", "workspaces"],
  "use-cases": ["a use case", "use cases"],
  people: ["a person", "people"],
  keys: ["a key", "keys"],
  "admin-tokens": ["an admin token", "admin tokens"],
  "identity-providers": ["an identity provider", "identity providers"],
  "scim-tokens": ["a SCIM token", "SCIM tokens"],
  workloads: ["a service with tokens", "services with tokens"],
  accounts: ["an account", "accounts"],
  sessions: ["a session", "sessions"],
  connections: ["a connection", "connections"],
  models: ["a model", "models"],
  "model-rules": ["a rule for models", "rules for models"],
  deployments: ["a deployment", "deployments"],
  prices: ["a price", "prices"],
  routes: ["a route", "routes"],
  budgets: ["a budget", "budgets"],
  limits: ["a limit", "limits"],
  "budget-requests": ["a request for more", "requests for more"],
  batches: ["a batch", "batches"],
  calls: ["a call", "calls"],
  views: ["a kept view", "kept views"],
  reveals: ["a reading", "readings"],
  holds: ["a legal hold", "legal holds"],
  "subject-requests": ["a request about a person", "requests about people"],
  "key-destructions": ["the destruction of a key", "destructions of keys"],
  policies: ["a policy", "policies"],
  "policy-replays": ["a replay of a policy", "replays of policies"],
  "policy-requests": ["a call that waits", "calls that wait"],
  "finding-reviews": ["a reported finding", "reported findings"],
  "use-case-approvals": ["a use case", "use cases"],
  courses: ["a course", "courses"],
  assignments: ["an assignment of a course", "assignments of courses"],
  "access-rules": ["an access rule", "access rules"],
  certificates: ["a certificate", "certificates"],
  roles: ["a role", "roles"],
};

/** What a rule of words would say wrongly. */
const said: Readonly<Record<string, string>> = {
  "PUT /api/policies/{id}": "Write a policy",
  "PUT /api/policies/{id}/draft": "Put a policy into shadow",
  "DELETE /api/policies/{id}/draft": "Take a policy out of shadow",
  "POST /api/policies/replay": "Replay a policy over past calls",
  "POST /api/policy-replays": "Begin a replay of a policy over past calls",
  "POST /api/policy-replays/{id}/cancel": "End a replay of a policy",
  "POST /api/calls/{id}/findings/{number}/report": "Report a finding as a false alarm",
  "POST /api/finding-reviews": "Say whether a finding is one",
  "POST /api/finding-reviews/{id}/undo": "Take back what was said of a finding",
  "POST /api/finding-reviews/{id}/decide": "Decide whether a finding was a false alarm",
  "POST /api/guardrails/secret": "Read or renew the secret of a guard",
  "POST /api/guardrails/scan": "Try content rules on a text",
  "POST /api/guardrails/models": "Upload models of the detectors",
  "POST /api/guardrails/models/{id}/activate": "Bring models of the detectors in force",
  "POST /api/guardrails/models/rollback": "Roll models of the detectors back",
  "DELETE /api/guardrails/models/{id}": "Remove models of the detectors",
  "POST /api/policy-requests/{id}/approve": "Let a call pass that a policy asks about",
  "POST /api/policy-requests/{id}/decline": "Decline a call that a policy asks about",
  "POST /api/use-case-approvals/{id}/classify": "Say the risk of a use case",
  "POST /api/use-case-approvals/{id}/approve": "Approve a use case",
  "POST /api/use-case-approvals/{id}/revoke": "Take the approvals of a use case back",
  "PATCH /api/me": "Change one's own name",
  "POST /api/setup": "Make the first account",
  "POST /api/session": "Sign in",
  "DELETE /api/session": "Sign out",
  "POST /api/sign-in/{id}": "Begin to sign in by an identity provider",
  "POST /api/sign-in/complete": "Sign in by an identity provider",
  "POST /api/sign-in/{id}/back-channel-logout": "Sessions ended by an identity provider",
  "POST /scim/v2/Users": "Make a user by SCIM",
  "PUT /scim/v2/Users/{id}": "Replace a user by SCIM",
  "PATCH /scim/v2/Users/{id}": "Change a user by SCIM",
  "DELETE /scim/v2/Users/{id}": "Remove a user by SCIM",
  "POST /scim/v2/Groups": "Make a group by SCIM",
  "PUT /scim/v2/Groups/{id}": "Replace a group by SCIM",
  "PATCH /scim/v2/Groups/{id}": "Change a group by SCIM",
  "DELETE /scim/v2/Groups/{id}": "Remove a group by SCIM",
  "DELETE /api/sessions": "End one's other sessions",
  "POST /api/session/password": "Set one's own password",
  "POST /api/invitations/accept": "Accept an invitation",
  "POST /api/accounts": "Let a person sign in",
  "DELETE /api/accounts/{id}": "Take a person's way in",
  "POST /api/accounts/{id}/invite": "Invite a person again",
  "POST /api/connections": "Connect a provider",
  "POST /api/connections/check": "Try a connection",
  "POST /api/connections/{id}/check": "Try a change of a connection",
  "PUT /api/models/{id}/card": "Enter a model's card",
  "PUT /api/models/{id}/card/import": "Import a model's card",
  "POST /api/prices/import": "Import prices",
  "POST /api/explain": "Explain a call",
  "POST /api/reratings": "Rate calls again",
  "POST /api/budget-requests": "Ask for more",
  "POST /api/courses": "Take in a course",
  "POST /api/courses/check": "Look over a course",
  "POST /api/assignments": "Assign a course",
  "PUT /api/acceptable-use": "Publish the acceptable-use policy",
  "POST /api/acceptable-use/acknowledge": "Acknowledge the acceptable-use policy",
  "PUT /api/exercise-settings": "Say what pays for exercises",
  "POST /api/learning/courses/{id}/lessons/{number}": "Read a lesson",
  "POST /api/learning/courses/{id}/quiz": "Answer a quiz",
  "POST /api/learning/exercise-runs": "Begin an exercise",
  "POST /api/learning/exercise-runs/{id}/chat/completions": "Call a model for an exercise",
  "POST /api/reveals": "Ask to read what was said",
  "POST /api/reveals/{id}/approve": "Let somebody read",
  "POST /api/reveals/{id}/decline": "Let somebody not read",
  "POST /api/subject-requests": "Ask for everything about a person, or its erasure",
  "POST /api/subject-requests/{id}/approve": "Let a request about a person begin",
  "GET /api/subject-requests/{id}/package": "Fetch everything about a person",
  "POST /api/workloads/{id}/check": "Try a token of a service",
  "POST /api/organisations/{id}/sign-in-rule": "Set whether passwords count beside the provider",
  "POST /api/organisations/{id}/reveal-rule": "Set whether reading needs a second person",
  "POST /api/key-destructions": "Ask that a key be destroyed",
  "POST /api/key-destructions/{id}/approve": "Destroy a key",
  "POST /api/keyring/keys/{id}/rotate": "Rotate a key of the hierarchy",
  "GET /api/calls/contents": "Search what was said",
  "GET /api/calls/{id}/contents": "Read what was said",
  "DELETE /api/calls/{id}/contents": "Remove what was said",
};

const verbs: Readonly<Record<string, string>> = { GET: "Read", POST: "Make", PATCH: "Change", PUT: "Replace", DELETE: "Remove" };

/** Method and address pattern in words; as they are where no words fit. */
export function actionName(action: string): string {
  const known = said[action];
  if (known !== undefined) return known;
  const [, method = "", noun = "", id, verb] = /^([A-Z]+) \/api\/([a-z-]+)(\/\{[a-z]+\})?(?:\/([a-z-]+))?$/.exec(action) ?? [];
  const [one, many] = nouns[noun] ?? [];
  if (one === undefined || many === undefined) return action;
  if (verb !== undefined)
    return id !== undefined && method === "POST" ? `${verb.charAt(0).toUpperCase()}${verb.slice(1)} ${one}` : action;
  const does = verbs[method];
  if (does === undefined) return action;
  return `${does} ${method === "GET" && id === undefined ? many : one}`;
}

const pages: Readonly<Record<string, readonly [to: Place["to"], name: string, more?: Readonly<Record<string, string>>]>> = {
  keys: ["/keys", "key"],
  routes: ["/routes", "route"],
  models: ["/models", "model"],
  connections: ["/models", "connection"],
  deployments: ["/models", "deployment"],
  budgets: ["/budgets", "budget"],
  limits: ["/budgets", "budget"],
  calls: ["/calls", "call"],
  reveals: ["/evidence", "open", { tab: "readings" }],
  holds: ["/evidence", "open", { tab: "holds" }],
  "subject-requests": ["/evidence", "open", { tab: "people" }],
  organisations: ["/settings", "open", { tab: "organisation" }],
  workspaces: ["/settings", "open", { tab: "organisation" }],
  "use-cases": ["/settings", "open", { tab: "organisation" }],
  accounts: ["/settings", "open", { tab: "accounts" }],
  people: ["/settings", "open", { tab: "accounts" }],
  "admin-tokens": ["/settings", "open", { tab: "tokens" }],
  "identity-providers": ["/settings", "open", { tab: "sign-in" }],
  workloads: ["/settings", "open", { tab: "services" }],
};

export type Thing = { id: string; link: { to: Place["to"]; search: Readonly<Record<string, string>> } | undefined };

/** The thing that an address is of, with the way to its page where it has one; undefined where it is of none. */
export function thingOf(resource: string): Thing | undefined {
  const [, noun = "", id] = /^\/api\/([a-z-]+)\/([a-z]+_[0-9A-Za-z]+)(?:\/|$)/.exec(resource) ?? [];
  if (id === undefined) return undefined;
  const [to, name, more] = pages[noun] ?? [];
  return { id, link: to === undefined || name === undefined ? undefined : { to, search: { ...more, [name]: id } } };
}

/** Whether the entries of an act say what the list says of it. The list is an index, which no signature covers. */
export function agrees(act: Act, begun: string, ended: string | undefined): boolean {
  const from = factsOf(begun);
  const to = ended === undefined ? undefined : factsOf(ended);
  if (from === undefined || (ended !== undefined && to === undefined)) return false;
  const last = to ?? from;
  return (
    from.act === act.id &&
    last.act === act.id &&
    timeOf(from.at) === new Date(act.at).getTime() &&
    from.action === act.action &&
    (to?.made ?? from.resource) === act.resource &&
    (from.actor ?? to?.actor ?? null) === act.actor &&
    (from.workload ?? null) === act.workload &&
    (last.status ?? null) === act.status &&
    (last.code ?? null) === act.code
  );
}

/** Microseconds from the intent to the outcome, by the times that stand in them. */
export function tookUs(begun: string | undefined, ended: string | undefined): number | null {
  if (begun === undefined || ended === undefined) return null;
  const [from, to] = [factsOf(begun)?.at, factsOf(ended)?.at];
  return typeof from === "number" && typeof to === "number" ? to - from : null;
}

type Facts = { [name: string]: unknown };

function factsOf(line: string): Facts | undefined {
  try {
    const found: unknown = JSON.parse(line);
    return typeof found === "object" && found !== null ? (found as Facts) : undefined;
  } catch {
    return undefined;
  }
}

/** Milliseconds, as a date of the API is read. */
const timeOf = (us: unknown): number => (typeof us === "number" ? Math.floor(us / 1000) : Number.NaN);
