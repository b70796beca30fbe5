import type { Schemas } from "../../api/client";
import type { Fault } from "./text";
import { type Entry, find, read } from "./yaml";

export type EffectiveLine = Schemas["EffectiveLineView"];

/** What the form shows and changes: always the text itself. */
export type Draft = {
  level: string;
  entries: readonly Entry[];
  /** Undefined takes the line away. */
  write: (path: readonly string[], value: string | readonly string[] | undefined) => void;
  faults: readonly Fault[];
  effective: ReadonlyMap<string, EffectiveLine>;
};

export const sections: Readonly<Record<string, { name: string; says: string }>> = {
  models: { name: "Models", says: "Which models may serve." },
  providers: { name: "Providers", says: "Which kinds of connections may serve." },
  regions: { name: "Regions", says: "Where what is sent is processed." },
  data: { name: "Terms of data", says: "What providers may do with what is sent." },
  licences: { name: "Licences", says: "Under which licences models may serve." },
  data_classes: { name: "Classes of data", says: "What calls may hold, by the stage of their use case." },
  capture: { name: "Capture", says: "What is kept of a call." },
  retention: { name: "Retention", says: "How long it is kept." },
  approvals: { name: "Approvals", says: "Who approves a use case before it makes calls." },
  budgets: { name: "Budgets", says: "What may be spent where nothing else is said." },
  shapes: { name: "Unusual calls", says: "What becomes of calls unlike those of their caller." },
  guardrails: { name: "Guardrails", says: "What is looked for in texts, and what happens then." },
  guards: { name: "Guards", says: "Who else is asked about texts: services and models." },
};

/** Names of the guards that a text has; none where it cannot be read. */
export function guardsIn(text: string): string[] {
  const section = find(read(text).entries ?? [], ["guards"])?.value;
  return section?.kind === "map" ? section.entries.map((e) => e.key).filter((key) => key !== "mandatory") : [];
}

/** A name of a line for people: models.when_unknown is "When unknown". */
export function nameOf(line: string): string {
  const word = line.slice(line.indexOf(".") + 1).replaceAll("_", " ");
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** What is wrong with an entry: everything that stands in its lines. */
export function faultOf(faults: readonly Fault[], entry: Entry | undefined): string | undefined {
  if (entry === undefined) return undefined;
  const its = faults.filter((f) => f.line > entry.line && f.line <= entry.end);
  return its.length === 0 ? undefined : its.map((f) => f.message).join(" ");
}

/** The line of a level above that no level below may loosen. */
export function bindingOf(line: EffectiveLine | undefined, level: string) {
  return line?.origins.find((o) => o.mandatory && o.level !== level);
}

/** Where what holds comes from, and what is refused. */
export function holdsOf(line: EffectiveLine | undefined, level: string): string | undefined {
  if (line === undefined) return undefined;
  const from = line.origins
    .map(
      (o) =>
        `${o.level === level ? "this level" : o.name}, version ${o.version} line ${o.number}${o.exception == null ? "" : ` (exception ${o.exception})`}`,
    )
    .join(" and ");
  const binding = bindingOf(line, level);
  return `Holds now: ${line.says}. From ${from}.${
    binding === undefined ? "" : ` It is mandatory in ${binding.name}: what is looser than ${binding.says} is refused.`
  }`;
}

/** Words of a scale, the strictest first, and which of them a line above refuses. */
export function looserThan(words: readonly string[], line: EffectiveLine | undefined, level: string): readonly string[] {
  const binding = bindingOf(line, level);
  const most = binding === undefined ? -1 : words.indexOf(binding.says);
  return most < 0 ? [] : words.slice(most + 1);
}
