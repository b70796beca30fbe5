import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../design/Button";
import { Checks } from "../../design/Checks";
import { Choice } from "../../design/Choice";
import { Field } from "../../design/Field";
import { Group, Pair } from "../../design/Form";
import { channels, gathered, spread } from "./channels";
import classes from "./Form.module.css";
import { type Draft, faultOf, holdsOf } from "./form";
import { isCanary, kindsQuery } from "./guardrails";
import { NamesField } from "./NamesField";
import { type Entry, find } from "./yaml";

const actions = [
  { value: "flag", label: "Note it in the record" },
  { value: "tokenise", label: "Send a placeholder" },
  { value: "redact", label: "Take it out" },
  { value: "ask", label: "Ask a person" },
  { value: "block", label: "Refuse the call" },
  { value: "allow", label: "Nothing" },
];

/** All content rules of a level. */
export function RulesForm({ draft }: { draft: Draft }) {
  const section = find(draft.entries, ["guardrails"]);
  const rules = section?.value.kind === "map" ? section.value.entries.filter((e) => e.key !== "mandatory") : [];
  const above = [...draft.effective.values()].filter(
    (l) => l.line.startsWith("guardrails.") && !rules.some((r) => `guardrails.${r.key}` === l.line),
  );
  return (
    <>
      {rules.map((r) => (
        <RuleForm key={r.key} rule={r} draft={draft} />
      ))}
      {above.map((l) => (
        <p key={l.line} className={classes.holds}>
          <strong>{l.line.slice("guardrails.".length)}</strong> · {holdsOf(l, draft.level)}
        </p>
      ))}
      <AddRule draft={draft} taken={rules.map((r) => r.key)} />
    </>
  );
}

function RuleForm({ rule, draft }: { rule: Entry; draft: Draft }) {
  const known = useQuery(kindsQuery);
  const at = (word: string) => ["guardrails", rule.key, word];
  const entries = rule.value.kind === "map" ? rule.value.entries : [];
  const word = (name: string) => {
    const value = find(entries, [name])?.value;
    return value?.kind === "word" ? value.word : undefined;
  };
  const list = (name: string) => {
    const value = find(entries, [name])?.value;
    return value?.kind === "list" ? value.items.map((i) => i.text) : undefined;
  };
  const lists = (name: string) => (items: readonly string[]) => draft.write(at(name), items.length === 0 ? undefined : items);
  const inLines = entries.map((e) => faultOf(draft.faults, e));
  const isOwn = !inLines.some((f) => f !== undefined);
  const holds = holdsOf(draft.effective.get(`guardrails.${rule.key}`), draft.level);
  const unread = rule.value.kind !== "map" && rule.value.kind !== "nothing";
  const fault = (name: string) => faultOf(draft.faults, find(entries, [name]));
  const marks = list("detect")?.some(isCanary) === true;
  const offered = actions.filter((a) => !marks || a.value === word("action") || !["tokenise", "redact"].includes(a.value));
  return (
    <Group title={rule.key}>
      {unread || entries.some((e) => e.value.kind === "unread") ? (
        <p className="muted">This rule is written in a way that the form does not show. Change it in the text.</p>
      ) : (
        <>
          {isOwn && faultOf(draft.faults, rule) !== undefined && (
            <p className={classes.fault} role="alert">
              {faultOf(draft.faults, rule)}
            </p>
          )}
          <Pair>
            <Choice
              label="What happens"
              value={word("action") ?? ""}
              error={fault("action")}
              onChange={(e) => draft.write(at("action"), e.currentTarget.value)}
              options={[...(word("action") === undefined ? [{ value: "", label: "Choose" }] : []), ...offered]}
            />
            <Field
              label="From which finding of a text on"
              inputMode="numeric"
              value={word("threshold") ?? ""}
              placeholder="1"
              error={fault("threshold")}
              onChange={(e) =>
                draft.write(at("threshold"), e.currentTarget.value.trim() === "" ? undefined : e.currentTarget.value.trim())
              }
            />
          </Pair>
          {(word("action") === "tokenise" || word("restore") !== undefined) && (
            <Choice
              label="Who gets the words back in the answer"
              help="A key of a person, and a person in the console, are people. All others get the placeholders."
              value={word("restore") ?? ""}
              error={fault("restore")}
              onChange={(e) => draft.write(at("restore"), e.currentTarget.value === "" ? undefined : e.currentTarget.value)}
              options={[
                { value: "", label: "Nothing said: whoever calls" },
                ...(word("restore") === "caller" ? [{ value: "caller", label: "Whoever calls" }] : []),
                { value: "people", label: "People, and no application" },
                { value: "never", label: "Nobody" },
              ]}
            />
          )}
          <NamesField
            label="Detect"
            help={
              marks
                ? "canary puts a secret mark around the system prompts of calls, about eighty tokens, and tells when an answer repeats it. It looks at what models say and call tools with."
                : "Kinds that detectors find, such as pii.email; the front pii means all behind it. The tab Try shows what they find. canary tells when an answer repeats its system prompt."
            }
            items={list("detect")}
            known={known.data?.names ?? []}
            onChange={lists("detect")}
            error={fault("detect")}
          />
          <Field
            label="How sure a detector has to be"
            inputMode="decimal"
            value={word("min_score") ?? ""}
            placeholder="0.5"
            error={fault("min_score")}
            onChange={(e) =>
              draft.write(at("min_score"), e.currentTarget.value.trim() === "" ? undefined : e.currentTarget.value.trim())
            }
          />
          <NamesField
            label="Words"
            help="Whole words, in any case of letters."
            items={list("words")}
            onChange={lists("words")}
            error={fault("words")}
          />
          <NamesField
            label="Patterns"
            help="Regular expressions that read a text once: classes, groups, repetitions, \b at the ends."
            items={list("patterns")}
            onChange={lists("patterns")}
            error={fault("patterns")}
          />
          <NamesField
            label="Protected texts"
            help="No 24 words in a row of these may stand in a text, however it is broken into lines: terms, songs, licensed code."
            items={list("protects")}
            onChange={lists("protects")}
            error={fault("protects")}
          />
          <NamesField
            label="Examples of a topic"
            help="The rule acts on texts like these. Ten to thirty, in the words of those who write them."
            items={list("examples")}
            onChange={lists("examples")}
            error={fault("examples")}
          />
          {(list("examples") ?? list("counter_examples") ?? word("acts_on")) !== undefined && (
            <>
              <NamesField
                label="Examples of what is not meant"
                help="Texts that share words with the topic and are not of it."
                items={list("counter_examples")}
                onChange={lists("counter_examples")}
                error={fault("counter_examples")}
              />
              <Choice
                label="It acts on"
                value={word("acts_on") ?? ""}
                error={fault("acts_on")}
                onChange={(e) => draft.write(at("acts_on"), e.currentTarget.value === "" ? undefined : e.currentTarget.value)}
                options={[
                  { value: "", label: "Texts of the topic" },
                  ...(word("acts_on") === "topic" ? [{ value: "topic", label: "Texts of the topic, said so" }] : []),
                  { value: "off_topic", label: "What people say that is not of it" },
                ]}
              />
            </>
          )}
          <Checks
            label="Where it looks"
            options={channels}
            chosen={spread(list("channels") ?? channels.map((c) => c.value))}
            error={fault("channels")}
            onChange={(chosen) => draft.write(at("channels"), gathered(chosen))}
          />
          <Choice
            label="When the search itself fails"
            value={word("on_error") ?? ""}
            error={fault("on_error")}
            onChange={(e) => draft.write(at("on_error"), e.currentTarget.value === "" ? undefined : e.currentTarget.value)}
            options={[
              { value: "", label: "Nothing said: nothing passes" },
              { value: "closed", label: "Nothing passes" },
              { value: "open", label: "The text passes" },
            ]}
          />
        </>
      )}
      {holds !== undefined && <p className={classes.holds}>{holds}</p>}
      <div>
        <Button small kind="quiet" onClick={() => draft.write(["guardrails", rule.key], undefined)}>
          Take the rule {rule.key} away
        </Button>
      </div>
    </Group>
  );
}

function AddRule({ draft, taken }: { draft: Draft; taken: readonly string[] }) {
  const [name, setName] = useState("");
  const said = name.trim().toLowerCase().replaceAll(" ", "-");
  const why =
    said === "" || /^[a-z0-9-]{1,40}$/.test(said)
      ? taken.includes(said)
        ? `There is a rule ${said}.`
        : undefined
      : "1 to 40 small letters, digits and hyphens.";
  const add = () => {
    if (said === "" || why !== undefined) return;
    draft.write(["guardrails", said, "action"], "block");
    setName("");
  };
  return (
    <div className={classes.add}>
      <Field
        label="A new rule"
        help="Its name, as refusals and records say it."
        value={name}
        error={why}
        onChange={(e) => setName(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key !== "Enter" || e.nativeEvent.isComposing) return;
          e.preventDefault();
          add();
        }}
      />
      <Button onClick={add} disabled={said === "" || why !== undefined}>
        Add the rule
      </Button>
    </div>
  );
}
