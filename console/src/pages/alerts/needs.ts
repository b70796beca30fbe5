import type { Schemas } from "../../api/client";
import type { State } from "../../design/Status";
import { lineId } from "../budgets/tree";

/** Something that somebody has to look at: what it is, why, and where one goes for it. */
export type Need = {
  id: string;
  state: State;
  title: string;
  note: string;
  /** Milliseconds until it hurts; what is broken already has none. */
  hurtsIn: number;
  act: { label: string; to: "/keys" | "/models" | "/budgets" | "/policies"; search: Record<string, string> };
};

type Told = {
  health: Pick<Schemas["ProviderHealthPage"], "window_seconds" | "items"> | undefined;
  budgets: readonly Risk[];
  retirements: readonly Schemas["RetirementLine"][];
  violations: readonly Schemas["Violation"][];
  keys: readonly Schemas["ServiceKey"][];
  /** Calls that wait for somebody who may decide. */
  waiting?: readonly Pick<Schemas["PolicyRequest"], "organisation_id" | "expires_at">[];
};

const day = 86_400_000;

const lead = (to: Need["act"]["to"], search: Record<string, string>): Need["act"] => ({ label: "Open", to, search });

/** Fewer attempts than this say nothing about a provider. */
const minAttempts = 10;

/** By when it hurts: broken first, then what breaks next. */
export function needsOf(told: Told, now: number): Need[] {
  return [
    ...ofHealth(told.health),
    ...ofBudgets(told.budgets),
    ...ofRetirements(told),
    ...ofRules(told),
    ...ofKeys(told.keys, now),
    ...ofWaiting(told.waiting ?? [], now),
  ].sort((a, b) => a.hurtsIn - b.hurtsIn || a.title.localeCompare(b.title));
}

function ofHealth(health: Told["health"]): Need[] {
  if (health === undefined) return [];
  return health.items.flatMap((c): Need[] => {
    if (c.disabled) return [];
    const need = { id: `connection ${c.id}`, hurtsIn: 0, act: lead("/models", { connection: c.id }) };
    if (c.credential_benched_until != null)
      return [
        {
          ...need,
          state: "failed",
          title: `${c.name} refuses its credential`,
          note: "Its deployments are left out until it is replaced",
        },
      ];
    const open = c.deployments.filter((d) => !d.disabled && d.breaker === "open");
    if (open.length > 0)
      return [
        {
          ...need,
          state: "failed",
          title: `${c.name} does not answer`,
          note: `${open.map((d) => d.model).join(", ")}: left out for a while after failures`,
        },
      ];
    const a = c.attempts;
    const failed = (a.rate_limit ?? 0) + (a.upstream ?? 0) + (a.model ?? 0) + (a.credential ?? 0);
    const all = failed + (a.completed ?? 0) + (a.abandoned ?? 0) + (a.caller ?? 0);
    if (all < minAttempts || failed / all < 0.05) return [];
    const share = `${((failed / all) * 100).toFixed(1)}\u202f% of attempts failed`;
    const title = (a.rate_limit ?? 0) > failed / 2 ? `${c.name} is throttling` : `${c.name} fails often`;
    return [{ ...need, state: "risk", title, note: `${share} in the last ${Math.round(health.window_seconds / 60)} min` }];
  });
}

/** A budget that is nearly spent. */
export type Risk = {
  /** As the page of budgets opens it. */
  id: string;
  /** Whose it is, by name, and its window. */
  of: string;
  window: string;
  limit: number;
  spent: number;
  held: number;
  resetsAt: string | null;
  /** When the forecast says that it is spent, before its window ends; null = not, or it is unknown. */
  runsOutAt: string | null;
};

/** From this share on a budget is at risk. */
const riskFrom = 0.8;

/** Budgets that are nearly spent or that the forecast sees spent before their window ends; the worst first. */
export function risksOf(budgets: readonly Schemas["MeterView"][], nameOf: (scope: string, id: string) => string): Risk[] {
  return budgets
    .filter((b) => !b.meter.disabled && !b.meter.shadow_only && b.meter.limit > 0)
    .flatMap((b) =>
      b.counts.map((c) => ({
        id: lineId({ meter: b.meter, count: c }),
        of: nameOf(b.meter.scope, c.of),
        window: b.meter.window,
        limit: b.meter.limit,
        spent: c.spent,
        held: c.held,
        resetsAt: c.resets_at,
        runsOutAt: c.forecast?.runs_out_at ?? null,
      })),
    )
    .filter((r) => (r.spent + r.held) / r.limit >= riskFrom || r.runsOutAt !== null)
    .sort((a, b) => (b.spent + b.held) / b.limit - (a.spent + a.held) / a.limit);
}

function ofBudgets(risks: readonly Risk[]): Need[] {
  return risks
    .filter((r) => r.spent + r.held >= r.limit)
    .map((r) => ({
      id: `budget ${r.id}`,
      state: "failed",
      title: `${r.of} has spent its ${r.window} budget`,
      note: "Calls that it covers are refused until it resets",
      hurtsIn: 0,
      act: lead("/budgets", { budget: r.id }),
    }));
}

function ofRetirements({ retirements }: Told): Need[] {
  return retirements
    .filter((r) => r.state !== "retired" && r.days_left <= 30)
    .map((r) => ({
      id: `retirement ${r.model_id}`,
      state: "risk",
      title:
        r.days_left <= 0
          ? `${r.model} has been retired`
          : `${r.model} retires in ${r.days_left} ${r.days_left === 1 ? "day" : "days"}`,
      note: r.replacement == null ? "No replacement is named" : `The provider names ${r.replacement} as its replacement`,
      hurtsIn: Math.max(0, r.days_left) * day,
      act: lead("/models", { model: r.model_id }),
    }));
}

function ofRules({ violations }: Told): Need[] {
  return violations.map((v) => ({
    id: `rule ${v.rule_id} ${v.model_id}`,
    state: "refused",
    title: `${v.model} breaks a rule`,
    note: `${v.says}: ${v.fact}`,
    hurtsIn: day,
    act: lead("/models", { model: v.model_id }),
  }));
}

function ofWaiting(waiting: NonNullable<Told["waiting"]>, now: number): Need[] {
  const first = waiting.at(-1);
  if (first === undefined) return [];
  return [
    {
      id: "waiting",
      state: "risk",
      title: waiting.length === 1 ? "A call waits for a person" : `${waiting.length} calls wait for a person`,
      note: "A rule asks about them; what nobody decides in a day is over",
      hurtsIn: Math.max(0, Date.parse(first.expires_at) - now),
      act: lead("/policies", { level: first.organisation_id, tab: "waiting" }),
    },
  ];
}

/** Days before its end that a key is told. */
const keyNotice = 14;

function ofKeys(keys: Told["keys"], now: number): Need[] {
  return keys.flatMap((k): Need[] => {
    if (k.state !== "active" || k.expires_at == null) return [];
    const left = Date.parse(k.expires_at) - now;
    if (left > keyNotice * day || left < -keyNotice * day) return [];
    const days = Math.ceil(left / day);
    return [
      {
        id: `key ${k.id}`,
        state: left <= 0 ? "failed" : "risk",
        title: left <= 0 ? `Key ${k.name} has expired` : `Key ${k.name} expires in ${days} ${days === 1 ? "day" : "days"}`,
        note: k.last_used_at == null ? "It was never used" : "It is in use",
        hurtsIn: Math.max(0, left),
        act: lead("/keys", { key: k.id }),
      },
    ];
  });
}
