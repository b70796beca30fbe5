import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { modelsQuery } from "../../api/lists";
import { Button } from "../../design/Button";
import { Checks } from "../../design/Checks";
import { Choice } from "../../design/Choice";
import { Field } from "../../design/Field";
import { Group, Pair } from "../../design/Form";
import { TextArea } from "../../design/TextArea";
import { channels, gathered, spread } from "./channels";
import classes from "./Form.module.css";
import { type Draft, faultOf, holdsOf } from "./form";
import { type Entry, find } from "./yaml";

const actions = [
  { value: "flag", label: "Note it in the record" },
  { value: "redact", label: "Take out what the service names" },
  { value: "ask", label: "Ask a person" },
  { value: "block", label: "Refuse the call, or its answer" },
];

/** Everybody else who is asked about texts at a level. */
export function GuardsForm({ draft }: { draft: Draft }) {
  const section = find(draft.entries, ["guards"]);
  const guards = section?.value.kind === "map" ? section.value.entries.filter((e) => e.key !== "mandatory") : [];
  const above = [...draft.effective.values()].filter(
    (l) => l.line.startsWith("guards.") && !guards.some((g) => `guards.${g.key}` === l.line),
  );
  return (
    <>
      {guards.map((g) => (
        <GuardForm key={g.key} guard={g} draft={draft} />
      ))}
      {above.map((l) => (
        <p key={l.line} className={classes.holds}>
          <strong>{l.line.slice("guards.".length)}</strong> · {holdsOf(l, draft.level)}
        </p>
      ))}
      <AddGuard draft={draft} taken={guards.map((g) => g.key)} />
    </>
  );
}

function GuardForm({ guard, draft }: { guard: Entry; draft: Draft }) {
  const models = useQuery(modelsQuery);
  const at = (word: string) => ["guards", guard.key, word];
  const entries = guard.value.kind === "map" ? guard.value.entries : [];
  const word = (name: string) => {
    const value = find(entries, [name])?.value;
    return value?.kind === "word" ? value.word : undefined;
  };
  const chosen = find(entries, ["channels"])?.value;
  const isJudge =
    find(entries, ["model"]) !== undefined || (find(entries, ["url"]) === undefined && word("criteria") !== undefined);
  const its = spread(chosen?.kind === "list" ? chosen.items.map((i) => i.text) : channels.map((c) => c.value));
  const onlyFlags = word("action") === "flag";
  const isHeld = word("action") !== undefined && !onlyFlags && (its.includes("answer") || its.includes("arguments"));
  const inLines = entries.map((e) => faultOf(draft.faults, e));
  const isOwn = !inLines.some((f) => f !== undefined);
  const holds = holdsOf(draft.effective.get(`guards.${guard.key}`), draft.level);
  const unread = guard.value.kind !== "map" && guard.value.kind !== "nothing";
  const fault = (name: string) => faultOf(draft.faults, find(entries, [name]));
  const write = (name: string) => (said: string) => draft.write(at(name), said.trim() === "" ? undefined : said);
  return (
    <Group title={guard.key}>
      {unread || entries.some((e) => e.value.kind === "unread") ? (
        <p className="muted">This guard is written in a way that the form does not show. Change it in the text.</p>
      ) : (
        <>
          {isOwn && faultOf(draft.faults, guard) !== undefined && (
            <p className={classes.fault} role="alert">
              {faultOf(draft.faults, guard)}
            </p>
          )}
          {isJudge ? (
            <>
              <Field
                label="Model that judges"
                help="A route or a model, as calls name it. Each judgement is a call of its own, billed to the caller."
                value={word("model") ?? ""}
                list={`judges-${guard.key}`}
                error={fault("model")}
                onChange={(e) => write("model")(e.currentTarget.value)}
              />
              <datalist id={`judges-${guard.key}`}>
                {(models.data ?? []).map((m) => (
                  <option key={m.id} value={m.name} />
                ))}
              </datalist>
              <TextArea
                label="What it flags"
                rows={3}
                help="In words, such as: The text advises to buy or sell a security."
                value={word("criteria") ?? ""}
                error={fault("criteria")}
                onChange={(e) => write("criteria")(e.currentTarget.value.replaceAll("\n", " "))}
              />
            </>
          ) : (
            <Field
              label="Address that is asked"
              help="Gets the texts by POST and answers with a verdict for each."
              inputMode="url"
              value={word("url") ?? ""}
              placeholder="https://guards.example.com/check"
              error={fault("url")}
              onChange={(e) => write("url")(e.currentTarget.value)}
            />
          )}
          <Choice
            label="What happens to what it flags"
            {...(isHeld ? { help: "Answers are held until it has judged them, streams too." } : {})}
            value={word("action") ?? ""}
            error={fault("action")}
            onChange={(e) => draft.write(at("action"), e.currentTarget.value)}
            options={[
              ...(word("action") === undefined ? [{ value: "", label: "Choose" }] : []),
              ...actions.filter((a) => !isJudge || a.value !== "redact" || word("action") === "redact"),
            ]}
          />
          <Pair>
            <Field
              label="From which score on"
              inputMode="decimal"
              value={word("min_score") ?? ""}
              placeholder="any"
              error={fault("min_score")}
              onChange={(e) => write("min_score")(e.currentTarget.value.trim())}
            />
            <Field
              label="Time to answer"
              inputMode="numeric"
              value={word("timeout_ms") ?? ""}
              unit="ms"
              placeholder={isJudge ? "15000" : "1000"}
              error={fault("timeout_ms")}
              onChange={(e) => write("timeout_ms")(e.currentTarget.value.trim())}
            />
          </Pair>
          <Checks
            label="What it is asked about"
            options={channels}
            chosen={its}
            error={fault("channels")}
            onChange={(now) => draft.write(at("channels"), gathered(now))}
          />
          <Choice
            label="When it gives no verdict"
            {...(onlyFlags ? { help: "It only notes: texts pass, whatever is said here." } : {})}
            value={word("on_error") ?? ""}
            error={fault("on_error")}
            onChange={(e) => draft.write(at("on_error"), e.currentTarget.value === "" ? undefined : e.currentTarget.value)}
            options={[
              { value: "", label: onlyFlags ? "Nothing said" : "Nothing said: nothing passes" },
              { value: "closed", label: "Nothing passes" },
              { value: "open", label: "The text passes" },
            ]}
          />
        </>
      )}
      {holds !== undefined && <p className={classes.holds}>{holds}</p>}
      <div>
        <Button small kind="quiet" onClick={() => draft.write(["guards", guard.key], undefined)}>
          Take the guard {guard.key} away
        </Button>
      </div>
    </Group>
  );
}

function AddGuard({ draft, taken }: { draft: Draft; taken: readonly string[] }) {
  const [name, setName] = useState("");
  const [kind, setKind] = useState("url");
  const said = name.trim().toLowerCase().replaceAll(" ", "-");
  const why =
    said === "" || /^[a-z0-9-]{1,40}$/.test(said)
      ? taken.includes(said)
        ? `There is a guard ${said}.`
        : undefined
      : "1 to 40 small letters, digits and hyphens.";
  const add = () => {
    if (said === "" || why !== undefined) return;
    draft.write(["guards", said, kind === "url" ? "url" : "criteria"], kind === "url" ? "https://" : "The text …");
    setName("");
  };
  return (
    <div className={`${classes.add} ${classes.addKind}`}>
      <Field
        label="A new guard"
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
      <Choice
        label="It asks"
        value={kind}
        onChange={(e) => setKind(e.currentTarget.value)}
        options={[
          { value: "url", label: "A service, by HTTP" },
          { value: "model", label: "A model, as a judge" },
        ]}
      />
      <Button onClick={add} disabled={said === "" || why !== undefined}>
        Add the guard
      </Button>
    </div>
  );
}
