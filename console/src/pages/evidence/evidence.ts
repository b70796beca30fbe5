import type { Schemas } from "../../api/client";
import type { State } from "../../design/Status";

export type Reveal = Schemas["Reveal"];
export type Hold = Schemas["LegalHold"];
export type SubjectRequest = Schemas["SubjectRequest"];
export type Purge = Schemas["Purge"];
export type DataKey = Schemas["DataKeyView"];
export type Destruction = Schemas["KeyDestruction"];

export const evidenceSearchNames = ["tab", "open", "new"] as const;
export type EvidenceSearch = { [Name in (typeof evidenceSearchNames)[number]]?: string | undefined };

export const tabs = [
  { id: "readings", name: "Readings", needs: "reveals.read" },
  { id: "holds", name: "Legal holds", needs: "holds.read" },
  { id: "people", name: "People", needs: "subjects.read" },
  { id: "purges", name: "Purges", needs: "holds.read" },
  { id: "keys", name: "Keys", needs: "keyring.read" },
] as const;

/** How a wish to read stands at a moment. */
export function standingOf(reveal: Pick<Reveal, "state" | "until">, now: Date): { state: State; title: string } {
  if (reveal.state === "open") return { state: "risk", title: "Waits for somebody else" };
  if (reveal.state === "declined") return { state: "refused", title: "Declined" };
  if (reveal.state === "withdrawn") return { state: "left", title: "Withdrawn" };
  if (reveal.state === "ended") return { state: "idle", title: "Ended early" };
  const left = leftOf(reveal, now);
  return left > 0 ? { state: "running", title: `Open, ${countdown(left)} left` } : { state: "idle", title: "Over" };
}

/** Milliseconds that a reading has left; 0 when it has none. */
export function leftOf(reveal: Pick<Reveal, "state" | "until">, now: Date): number {
  if (reveal.state !== "approved" || reveal.until === null) return 0;
  return Math.max(0, new Date(reveal.until).getTime() - now.getTime());
}

/** 29:59, or 1:05:00. */
export function countdown(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => n.toString().padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** What a wish to read is over, in words. */
export function scopeOf(reveal: Pick<Reveal, "calls" | "from" | "to">, time: (at: string) => string): string {
  if (reveal.calls.length > 0) return reveal.calls.length === 1 ? "One call" : `${reveal.calls.length} calls`;
  if (reveal.from !== null && reveal.to !== null) return `Calls from ${time(reveal.from)} to ${time(reveal.to)}`;
  if (reveal.from !== null) return `Calls from ${time(reveal.from)} on`;
  return reveal.to !== null ? `Calls until ${time(reveal.to)}` : "All calls";
}

/** How a request about a person stands. */
export function requestOf(
  r: Pick<SubjectRequest, "state" | "kind" | "problem" | "until" | "steps">,
  now: Date,
): { state: State; title: string } {
  if (r.state === "open") return { state: "risk", title: "Waits for somebody else" };
  if (r.state === "declined") return { state: "refused", title: "Declined" };
  if (r.state === "withdrawn") return { state: "left", title: "Withdrawn" };
  if (r.state === "running")
    return r.problem === null
      ? { state: "running", title: `Under way, ${r.steps.filter((s) => s.done).length} of ${r.steps.length} done` }
      : { state: "held", title: "Waits, and is tried again" };
  if (r.kind === "erasure") return { state: "good", title: "Erased, and nothing was found afterwards" };
  return canFetch(r, now) ? { state: "good", title: "Ready" } : { state: "idle", title: "Package removed" };
}

/** Whether the package still lies there. */
export const canFetch = (r: Pick<SubjectRequest, "state" | "until">, now: Date) =>
  r.state === "done" && r.until !== null && new Date(r.until) > now;

const destroyed: Record<Destruction["state"], { state: State; title: string }> = {
  open: { state: "risk", title: "Waits for somebody else" },
  done: { state: "failed", title: "Destroyed" },
  declined: { state: "refused", title: "Declined" },
  withdrawn: { state: "left", title: "Withdrawn" },
};

export const destructionOf = (of: Pick<Destruction, "state">) => destroyed[of.state];

/** Whether copies of the store from before still open. */
export function backupsOf(of: Pick<Destruction, "backups">): string {
  if (of.backups === "gone") return "Open nothing, once the old root is destroyed wherever it lies";
  return of.backups === "until_root_is_rotated" ? "Open until the root is rotated and the old one destroyed" : "–";
}
