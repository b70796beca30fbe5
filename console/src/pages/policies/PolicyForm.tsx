import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { connectionsQuery, modelsQuery } from "../../api/lists";
import { Choice } from "../../design/Choice";
import { Notice, ProblemNotice } from "../../design/Notice";
import { Part } from "../../design/Part";
import classes from "./Form.module.css";
import { type Draft, sections } from "./form";
import { GuardsForm } from "./GuardForm";
import { LineField } from "./LineField";
import { effectiveQuery, type LineKind, type Policy, schemaQuery } from "./policies";
import { RulesForm } from "./RuleForm";
import type { Fault } from "./text";
import { find, read, remove, set } from "./yaml";

/** The common lines of a policy as fields. They read and change the text itself, line by line: what is not touched stays as it is written. */
export function PolicyForm({
  policy,
  text,
  faults,
  isReadOnly,
  onChange,
}: {
  policy: Policy;
  text: string;
  faults: readonly Fault[];
  isReadOnly: boolean;
  onChange: (text: string) => void;
}) {
  const lines = useQuery(schemaQuery);
  const effective = useQuery(effectiveQuery(policy.level, undefined));
  const models = useQuery(modelsQuery);
  const connections = useQuery(connectionsQuery);
  const parsed = useMemo(() => read(text), [text]);
  const holds = useMemo(() => new Map((effective.data?.lines ?? []).map((l) => [l.line, l])), [effective.data]);
  const known: Readonly<Record<string, readonly string[]>> = useMemo(
    () => ({
      models: (models.data ?? []).map((m) => m.name),
      providers: [...new Set((connections.data ?? []).map((c) => c.preset ?? c.family))].sort(),
      regions: ["ch", "eu", "uk", "us"],
    }),
    [models.data, connections.data],
  );
  if (parsed.entries === undefined)
    return (
      <Notice state="idle" title="The form does not read this text">
        {parsed.why} It can be changed as text, and stays as it is here.
      </Notice>
    );
  if (lines.data === undefined)
    return lines.error === null ? <p className="muted">Reading…</p> : <ProblemNotice problem={lines.error} />;
  const draft: Draft = {
    level: policy.level,
    entries: parsed.entries,
    write: (path, value) => onChange(value === undefined ? remove(text, path) : set(text, path, value)),
    faults,
    effective: holds,
  };
  const kinds = new Map<string, LineKind[]>();
  for (const l of lines.data) kinds.set(l.section, [...(kinds.get(l.section) ?? []), l]);
  return (
    <fieldset className={classes.form} disabled={isReadOnly}>
      <legend className="unseen">Policy as a form</legend>
      <ProblemNotice problem={effective.error} />
      {inOrder(kinds).map(([section, its]) => (
        <Part key={section} title={sections[section]?.name ?? section} says={sections[section]?.says ?? ""}>
          <Section section={section} draft={draft}>
            {its.map((kind) => (
              <LineField key={kind.name} kind={kind} draft={draft} known={known[section] ?? []} />
            ))}
          </Section>
        </Part>
      ))}
      <Part title="Guardrails" says={sections.guardrails?.says ?? ""}>
        <Section section="guardrails" draft={draft}>
          <RulesForm draft={draft} />
        </Section>
      </Part>
      <Part title="Guards" says={sections.guards?.says ?? ""}>
        <Section section="guards" draft={draft}>
          <GuardsForm draft={draft} />
        </Section>
      </Part>
      {find(parsed.entries, ["exceptions"]) !== undefined && (
        <Part title="Exceptions" says="Who is exempt, until when.">
          <p className="muted">Exceptions are written as text; the form leaves them as they are.</p>
        </Part>
      )}
    </fieldset>
  );
}

/** The sections that are known, in their order, and behind them any other. */
function inOrder(kinds: ReadonlyMap<string, LineKind[]>): [string, LineKind[]][] {
  const names = Object.keys(sections);
  const rank = (section: string) => (names.includes(section) ? names.indexOf(section) : names.length);
  return [...kinds].sort(([a], [b]) => rank(a) - rank(b));
}

/** The fields of a section, and whether levels below may loosen them. */
function Section({ section, draft, children }: { section: string; draft: Draft; children: React.ReactNode }) {
  const entry = find(draft.entries, [section]);
  const said = find(draft.entries, [section, "mandatory"])?.value;
  if (entry?.value.kind === "unread" || entry?.value.kind === "word" || entry?.value.kind === "list")
    return <p className="muted">This section is written in a way that the form does not show. Change it in the text.</p>;
  return (
    <div className={classes.section}>
      {children}
      {entry?.value.kind === "map" && (
        <Choice
          label={`Below, ${(sections[section]?.name ?? section).toLowerCase()} are`}
          value={said?.kind === "word" ? said.word : ""}
          onChange={(e) => draft.write([section, "mandatory"], e.currentTarget.value === "" ? undefined : e.currentTarget.value)}
          options={[
            { value: "", label: "As the operating model says" },
            { value: "true", label: "Mandatory: may only be tightened" },
            { value: "false", label: "Free: the nearest level decides" },
          ]}
        />
      )}
    </div>
  );
}
