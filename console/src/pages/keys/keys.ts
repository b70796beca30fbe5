import type { Schemas } from "../../api/client";
import type { State } from "../../design/Status";

export type Key = Schemas["ServiceKey"];

/** A key by its state and its end. */
export function stateOf(key: Key, now: Date): { state: State; word: string } {
  if (key.state === "revoked") return { state: "failed", word: "Revoked" };
  if (key.state === "disabled") return { state: "idle", word: "Disabled" };
  if (key.expires_at == null) return { state: "good", word: "Works" };
  const days = (new Date(key.expires_at).getTime() - now.getTime()) / 86_400_000;
  if (days <= 0) return { state: "failed", word: "Expired" };
  return days < 14 ? { state: "risk", word: `Expires in ${Math.ceil(days)} days` } : { state: "good", word: "Works" };
}
