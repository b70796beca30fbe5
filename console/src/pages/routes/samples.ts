import type { Schemas } from "../../api/client";
import { count } from "../../design/format";

type Call = Schemas["CallRecord"];
type Key = Schemas["ServiceKey"];

/** A call to walk through, as POST /api/explain asks for it. */
export type Sample = {
  id: string;
  label: string;
  keyId: string;
  input: number;
  output: number | null;
  kind: string;
};

const kinds = new Set([
  "chat",
  "embeddings",
  "rerank",
  "moderation",
  "speech",
  "transcription",
  "translation",
  "image",
  "image_edit",
]);

/** Calls that differ in what decides: who calls, and how much. The newest of each first; where nobody has called yet, one of a usual size for each key. */
export function samplesOf(calls: readonly Call[], keys: readonly Key[], most = 4): Sample[] {
  const names = new Map(keys.map((k) => [k.id, k.name ?? k.id ?? ""]));
  const found = new Map<string, Sample>();
  for (const call of calls) {
    if (call.key_id == null || !names.has(call.key_id) || !kinds.has(call.operation ?? "")) continue;
    const input = call.counted_input_tokens || call.usage?.total_input || 0;
    const output = call.usage?.total_output || null;
    // Within a factor of four it is the same size: 100 and 300 tokens meet the same.
    const size = Math.floor(Math.log(Math.max(1, input)) / Math.log(4));
    const same = `${call.key_id} ${call.operation} ${size}`;
    if (found.has(same)) continue;
    found.set(same, {
      id: call.id ?? same,
      label: `${names.get(call.key_id)}, ${count(input)} in${output === null ? "" : `, ${count(output)} out`}`,
      keyId: call.key_id,
      input,
      output,
      kind: call.operation ?? "chat",
    });
    if (found.size === most) break;
  }
  if (found.size > 0) return [...found.values()];
  return keys
    .filter((k) => k.state === "active")
    .slice(0, most)
    .map((k) => ({
      id: k.id ?? "",
      label: `${k.name}, 1,000 in, 500 out`,
      keyId: k.id ?? "",
      input: 1000,
      output: 500,
      kind: "chat",
    }));
}
