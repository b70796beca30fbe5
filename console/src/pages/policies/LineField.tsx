import { Checks } from "../../design/Checks";
import { Choice } from "../../design/Choice";
import { Field } from "../../design/Field";
import classes from "./Form.module.css";
import { type Draft, faultOf, holdsOf, looserThan, nameOf } from "./form";
import { NamesField } from "./NamesField";
import type { LineKind } from "./policies";
import { find, type Value } from "./yaml";

const wordIn = (value: Value | undefined) => (value?.kind === "word" ? value.word : undefined);
const listIn = (value: Value | undefined) => (value?.kind === "list" ? value.items.map((i) => i.text) : undefined);

/** Whether a value that stands there is one that the field of its shape can show. */
function isShown(shape: string, value: Value | undefined): boolean {
  if (value === undefined || value.kind === "nothing") return true;
  return ["allowed_names", "denied_names", "allowed_regions", "allowed_words"].includes(shape)
    ? value.kind === "list"
    : value.kind === "word";
}

/** One line of a policy: what it says, what holds and why. */
export function LineField({ kind, draft, known }: { kind: LineKind; draft: Draft; known: readonly string[] }) {
  const path = [kind.section, kind.name.slice(kind.section.length + 1)];
  const entry = find(draft.entries, path);
  const line = draft.effective.get(kind.name);
  const holds = holdsOf(line, draft.level);
  const value = entry?.value;
  const common = { label: nameOf(kind.name), help: kind.says, error: faultOf(draft.faults, entry) };
  const says = (next: string) => draft.write(path, next === "" ? undefined : next);
  return (
    <div className={classes.line}>
      {!isShown(kind.shape, value) ? (
        <p>
          <strong>{common.label}</strong>{" "}
          <span className="muted">It is written in a way that the form does not show. Change it in the text.</span>
        </p>
      ) : kind.shape === "duty" ? (
        <Choice
          {...common}
          value={wordIn(value) ?? ""}
          onChange={(e) => says(e.currentTarget.value)}
          options={optionsOf(
            ["true", "false"],
            ["Must be so", "Need not be so"],
            looserThan(["true", "false"], line, draft.level),
          )}
        />
      ) : kind.shape === "rank" ? (
        <Choice
          {...common}
          value={wordIn(value) ?? ""}
          onChange={(e) => says(e.currentTarget.value)}
          options={optionsOf(kind.words, kind.words, looserThan(kind.words, line, draft.level))}
        />
      ) : kind.shape === "count" || kind.shape === "floor" ? (
        <Field
          {...common}
          inputMode="numeric"
          value={wordIn(value) ?? ""}
          placeholder="Nothing said"
          unit={/_months$/.test(kind.name) ? "months" : /_days$/.test(kind.name) ? "days" : ""}
          onChange={(e) => says(e.currentTarget.value.trim())}
        />
      ) : kind.shape === "allowed_words" ? (
        <>
          <Checks
            label={common.label}
            error={common.error}
            chosen={listIn(value) ?? []}
            onChange={(words) => draft.write(path, words.length === 0 ? undefined : kind.words.filter((w) => words.includes(w)))}
            options={kind.words.map((w) => ({ value: w, label: w }))}
          />
          <p className={classes.help}>
            {kind.says} {value === undefined && "Nothing is said: all of them."}
          </p>
        </>
      ) : ["allowed_names", "denied_names", "allowed_regions"].includes(kind.shape) ? (
        <NamesField
          {...common}
          items={listIn(value)}
          onChange={(items) => draft.write(path, items.length === 0 ? undefined : items)}
          known={known}
          none={kind.shape === "denied_names" ? "An empty list: none." : "An empty list: nothing may serve."}
        />
      ) : (
        <p>
          <strong>{common.label}</strong> <span className="muted">Change it in the text.</span>
        </p>
      )}
      {holds !== undefined && <p className={classes.holds}>{holds}</p>}
    </div>
  );
}

const optionsOf = (words: readonly string[], names: readonly string[], looser: readonly string[]) => [
  { value: "", label: "Nothing said" },
  ...words.map((w, i) => ({ value: w, label: looser.includes(w) ? `${names[i]} – looser than above` : (names[i] ?? w) })),
];
