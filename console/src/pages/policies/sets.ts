import type { Schemas } from "../../api/client";

export type ModelSet = Schemas["DetectorModelSet"];

/** A change of what is in force, asked before it is made. */
export type Change = { do: "use"; set: ModelSet } | { do: "back"; level: string } | { do: "remove"; set: ModelSet };

/** A share as people read it. */
export const percent = (some: number, all: number) =>
  all === 0 ? "–" : `${Math.round((some / all) * 100)} % (${some} of ${all})`;

/** Where a set is used: everywhere, or in the one workspace whose reviews it learned from. */
export const levelOf = (set: ModelSet) => set.workspace_id ?? "platform";

export const isUsed = (set: ModelSet) => set.in_force.some((u) => u.level === levelOf(set));

/** The set that calls of a level go by now: its own, or the platform's. */
export const nowAt = (sets: readonly ModelSet[], level: string): ModelSet | undefined =>
  sets.find((s) => s.in_force.some((u) => u.level === level)) ?? sets.find((s) => s.in_force.some((u) => u.level === "platform"));

/** The set that a roll back brings to a level; undefined where nothing was before. */
export function backAt(sets: readonly ModelSet[], level: string): ModelSet | undefined {
  const to = sets.flatMap((s) => s.in_force).find((u) => u.level === level)?.back_to;
  return to === "platform" ? nowAt(sets, "platform") : sets.find((s) => s.id === to);
}

/** What the file of a set begins with. */
const magic = "PORTICO MODELS ";

const maxBytes = 8 * 1024 * 1024 + 64 * 1024;

/** Why a file is no set, as far as that shows without a server; null = it may be one. */
export async function faultOf(file: File): Promise<string | null> {
  if (file.size === 0) return `${file.name} is empty.`;
  if (file.size > maxBytes) return `${file.name} has ${Math.ceil(file.size / 1024 / 1024)} MB: a set of models has at most 8 MB.`;
  return (await file.slice(0, magic.length).text()) === magic
    ? null
    : `${file.name} is no set of models: 'portico guardrails train --bundle FILE' makes one.`;
}

/** A file in base 64, as JSON carries it. */
export const base64Of = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^data:[^,]*,/, ""));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
