import { memo, type ReactNode, useState } from "react";
import type { Schemas } from "../../api/client";
import { Button } from "../../design/Button";
import { Choice } from "../../design/Choice";
import { Field } from "../../design/Field";
import { TextArea } from "../../design/TextArea";
import type { Faults } from "./body";
import { bounds, type Draft, fieldsOf, type Message, newMessage, type OutputForm } from "./draft";
import { MessageBox } from "./MessageBox";
import classes from "./Prompt.module.css";
import { SettingsForm } from "./SettingsForm";

/** What is asked: at the left of the playground. */
export const Prompt = memo(function Prompt({
  draft,
  faults,
  useCases,
  useCaseError,
  isKept,
  onChange,
  onEmpty,
}: {
  draft: Draft;
  faults: Faults;
  useCases: readonly Schemas["UseCase"][];
  useCaseError: string | undefined;
  isKept: boolean;
  onEmpty: () => void;
  onChange: (part: Partial<Draft>) => void;
}) {
  const fields = fieldsOf(draft.messages);
  const set = (at: number, message: Message) => onChange({ messages: draft.messages.map((m, i) => (i === at ? message : m)) });
  const next = draft.messages.at(-1)?.role === "user" ? "assistant" : "user";
  return (
    <section className={classes.prompt} aria-label="Prompt">
      <Choice
        label="Use case"
        help="Its budgets, limits and models hold, and yours."
        options={[
          { value: "", label: useCases.length === 0 ? "There is none yet" : "Choose what it is for" },
          ...useCases.map((u) => ({ value: u.id, label: u.name })),
        ]}
        value={draft.useCase}
        error={useCaseError}
        onChange={(e) => onChange({ useCase: e.currentTarget.value })}
      />
      <div className={classes.messages}>
        {draft.messages.map((m, at) => (
          <MessageBox
            key={m.id}
            of={m}
            place={at + 1}
            onChange={(changed) => set(at, changed)}
            onRemove={
              draft.messages.length > 1 ? () => onChange({ messages: draft.messages.filter((_, i) => i !== at) }) : undefined
            }
          />
        ))}
        <div className={classes.row}>
          <Button
            small
            kind="quiet"
            icon="plus"
            why={draft.messages.length >= bounds.messages ? `A call has at most ${bounds.messages} messages here.` : undefined}
            onClick={() => onChange({ messages: [...draft.messages, newMessage(next)] })}
          >
            Message
          </Button>
        </div>
      </div>
      {fields.length > 0 && (
        <Part title="Variables">
          <div className={`${classes.messages} ${classes.variables}`}>
            {fields.map((name) => (
              <TextArea
                key={name}
                label={name}
                rows={1}
                value={draft.variables[name] ?? ""}
                placeholder={`In place of {{${name}}}`}
                onChange={(e) => onChange({ variables: { ...draft.variables, [name]: e.currentTarget.value } })}
              />
            ))}
          </div>
        </Part>
      )}
      <Output draft={draft} error={faults.schema} onChange={onChange} />
      <Tools text={draft.tools} error={faults.tools} onChange={(tools) => onChange({ tools })} />
      <Part title="Settings" note="of all columns">
        <SettingsForm
          values={draft.settings}
          faults={faults}
          onChange={(name, value) => onChange({ settings: { ...draft.settings, [name]: value } })}
        />
      </Part>
      <div className={classes.row}>
        <Button small onClick={onEmpty}>
          Empty the draft
        </Button>
      </div>
      <p className="faint">
        {isKept
          ? "This draft is kept in your browser and nowhere else."
          : "This draft is too large for your browser to keep: pictures, or all of it, are gone when the page is left."}
      </p>
    </section>
  );
});

function Part({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <section className={classes.part} aria-label={title}>
      <h2>
        {title}
        {note !== undefined && <span className="muted">{note}</span>}
      </h2>
      {children}
    </section>
  );
}

const forms: readonly { value: OutputForm; label: string }[] = [
  { value: "text", label: "Text" },
  { value: "json", label: "JSON" },
  { value: "schema", label: "JSON by a schema" },
];

const exampleSchema = JSON.stringify(
  {
    type: "object",
    properties: { summary: { type: "string" }, amount: { type: ["number", "null"] } },
    required: ["summary", "amount"],
    additionalProperties: false,
  },
  null,
  2,
);

function Output({
  draft,
  error,
  onChange,
}: {
  draft: Draft;
  error: string | undefined;
  onChange: (part: Partial<Draft>) => void;
}) {
  return (
    <Part title="Output">
      <Choice
        label="Form"
        options={forms}
        value={draft.form}
        onChange={(e) => {
          const form = e.currentTarget.value as OutputForm;
          onChange({ form, ...(form === "schema" && draft.schema === "" ? { schema: exampleSchema } : {}) });
        }}
      />
      {draft.form === "schema" && (
        <>
          <Field
            label="Name"
            value={draft.schemaName}
            className="mono"
            onChange={(e) => onChange({ schemaName: e.currentTarget.value })}
          />
          <TextArea
            label="Schema"
            isCode
            value={draft.schema}
            error={error}
            onChange={(e) => onChange({ schema: e.currentTarget.value })}
          />
          <label className={classes.check}>
            <input type="checkbox" checked={draft.strict} onChange={(e) => onChange({ strict: e.currentTarget.checked })} />
            Strict: the provider holds the model to it
          </label>
        </>
      )}
    </Part>
  );
}

const exampleTools = JSON.stringify(
  [
    {
      name: "find_claim",
      description: "Finds a claim by its number.",
      parameters: { type: "object", properties: { number: { type: "string" } }, required: ["number"] },
    },
  ],
  null,
  2,
);

function Tools({ text, error, onChange }: { text: string; error: string | undefined; onChange: (text: string) => void }) {
  const [isOpen, setOpen] = useState(text !== "");
  return (
    <Part title="Tools">
      {isOpen || text !== "" ? (
        <TextArea
          label="Tools as JSON"
          isCode
          help="OpenAI's form, or name, description and parameters of each. None is run here: you see what is called."
          value={text}
          error={error}
          onChange={(e) => onChange(e.currentTarget.value)}
        />
      ) : (
        <div className={classes.row}>
          <Button small onClick={() => setOpen(true)}>
            Add tools
          </Button>
          <Button small kind="quiet" onClick={() => onChange(exampleTools)}>
            Put in an example
          </Button>
        </div>
      )}
    </Part>
  );
}
