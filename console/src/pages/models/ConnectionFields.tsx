import { Check } from "../../design/Check";
import { Choice } from "../../design/Choice";
import { Field } from "../../design/Field";
import { Group, More, Pair } from "../../design/Form";
import { fieldError } from "../../design/Notice";
import { TextArea } from "../../design/TextArea";
import { chosen, type Draft } from "./connect";
import type { Credential, Family } from "./models";

type Props = {
  draft: Draft;
  families: readonly Family[];
  /** Of a connection that is there: its family and service stay. */
  isKept?: boolean;
  problem: unknown;
  onChange: (draft: Draft) => void;
};

/** Which provider, and where it is. */
export function PlaceFields({ draft, families, isKept = false, problem, onChange }: Props) {
  const family = families.find((f) => f.family === draft.family);
  const service = family?.services.find((s) => s.label === draft.service);
  const set = (part: Partial<Draft>) => onChange({ ...draft, ...part });
  return (
    <>
      {!isKept && (
        <Choice
          label="Provider"
          autoFocus
          value={draft.service === "" ? "" : `${draft.family}/${draft.service}`}
          options={[
            ...(draft.service === "" ? [{ value: "", label: "Choose one" }] : []),
            ...families
              .flatMap((f) =>
                f.services.map((s) => ({
                  value: `${f.family}/${s.label}`,
                  label: s.label,
                  group: f.services.length > 2 ? f.label : "Others",
                })),
              )
              .sort((a, b) => b.group.localeCompare(a.group)),
          ]}
          error={fieldError(problem, "family")}
          onChange={(e) => {
            const [name, ...label] = e.currentTarget.value.split("/");
            const of = families.find((f) => f.family === name);
            const at = of?.services.find((s) => s.label === label.join("/"));
            if (of !== undefined && at !== undefined) onChange(chosen(draft, of, at));
          }}
        />
      )}
      {service !== undefined && (
        <>
          <Field
            label="Name"
            help="Yours for it, without spaces. Records and reports name the connection by it."
            autoComplete="off"
            value={draft.name}
            error={fieldError(problem, "name")}
            onChange={(e) => set({ name: e.currentTarget.value })}
          />
          {draft.family !== "sim" && (
            <Field
              label="Address"
              className="mono"
              autoComplete="off"
              spellCheck={false}
              placeholder="https://…"
              help={service.address_help ?? undefined}
              value={draft.baseUrl}
              error={fieldError(problem, "base_url")}
              onChange={(e) => set({ baseUrl: e.currentTarget.value })}
            />
          )}
          {service.preset_help !== null && (
            <Field
              label="Version of the API"
              className="mono"
              autoComplete="off"
              help={service.preset_help}
              value={draft.preset}
              error={fieldError(problem, "preset")}
              onChange={(e) => set({ preset: e.currentTarget.value })}
            />
          )}
        </>
      )}
    </>
  );
}

/** The credential: which form it has, and the fields of that form. What is typed is never shown again. */
export function CredentialFields({ draft, families, problem, onChange }: Props) {
  const family = families.find((f) => f.family === draft.family);
  const service = family?.services.find((s) => s.label === draft.service);
  const forms = (service?.credentials ?? [])
    .map((name) => family?.credentials.find((c) => c.name === name))
    .filter((c): c is Credential => c !== undefined);
  const form = forms.find((f) => f.name === draft.credential) ?? forms[0];
  if (form === undefined) return null;
  const error = fieldError(problem, "credential");
  const put = (name: string, value: string) => onChange({ ...draft, fields: { ...draft.fields, [name]: value } });
  return (
    <>
      {forms.length > 1 && (
        <Choice
          label="Signs in with"
          {...(form.help === null ? {} : { help: form.help })}
          value={form.name}
          options={forms.map((f) => ({ value: f.name, label: f.label }))}
          onChange={(e) => onChange({ ...draft, credential: e.currentTarget.value, fields: {} })}
        />
      )}
      {form.fields.map((field, i) => {
        const rest = {
          label: field.optional ? `${field.label} (optional)` : field.label,
          help: field.help ?? (forms.length === 1 ? (form.help ?? undefined) : undefined),
          placeholder: field.example ?? undefined,
          className: "mono",
          autoComplete: "off",
          spellCheck: false,
          value: draft.fields[field.name] ?? "",
          error: i === 0 ? error : undefined,
        };
        return field.multiline ? (
          <TextArea key={field.name} {...rest} onChange={(e) => put(field.name, e.currentTarget.value)} />
        ) : (
          <Field
            key={field.name}
            {...rest}
            // A manager of passwords has no business here: "new-password" keeps it from filling in one of its own.
            type={field.secret ? "password" : "text"}
            autoComplete={field.secret ? "new-password" : "off"}
            onChange={(e) => put(field.name, e.currentTarget.value)}
          />
        );
      })}
      {form.fields.length === 0 && error !== undefined && <p role="alert">{error}</p>}
    </>
  );
}

/** What few need: where it processes, what the contract says, time-outs, headers. */
export function MoreFields({ draft, families, problem, onChange }: Props) {
  const family = families.find((f) => f.family === draft.family);
  const set = (part: Partial<Draft>) => onChange({ ...draft, ...part });
  const error = (name: string) => fieldError(problem, name);
  const bound = (name: "connectMs" | "firstByteMs" | "idleMs", label: string, param: string, help: string) => (
    <Field
      label={label}
      inputMode="numeric"
      unit="ms"
      help={help}
      value={draft[name]}
      error={error(param)}
      onChange={(e) => set({ [name]: e.currentTarget.value })}
    />
  );
  return (
    <More title="Terms of your contract, time-outs, headers">
      <Group title="Use of data">
        <Choice
          label="Trains on what is sent"
          help="What your contract says, where that is not what the models' cards say."
          value={draft.trains}
          options={[
            { value: "", label: "As the models' cards say" },
            { value: "no", label: "No" },
            { value: "yes", label: "Yes" },
          ]}
          onChange={(e) => set({ trains: e.currentTarget.value as Draft["trains"] })}
        />
        <Pair>
          <Field
            label="Keeps it for"
            inputMode="numeric"
            unit="days"
            placeholder="as the cards say"
            value={draft.retentionDays}
            error={error("retention_days")}
            onChange={(e) => set({ retentionDays: e.currentTarget.value })}
          />
          <Field
            label="Processes it in"
            placeholder="eu, us-east-1 …"
            value={draft.region}
            error={error("region")}
            onChange={(e) => set({ region: e.currentTarget.value })}
          />
        </Pair>
      </Group>
      <Group title="Time-outs">
        <Pair>
          {bound("connectMs", "To connect", "connect_ms", "100 to 60,000")}
          {bound("firstByteMs", "To the first byte", "first_byte_ms", "100 to 3,600,000")}
        </Pair>
        {bound("idleMs", "Between two parts of an answer", "idle_ms", "100 to 3,600,000")}
      </Group>
      <TextArea
        label="Headers sent along"
        isCode
        rows={2}
        placeholder="name: value"
        help="One a line. They are stored and shown as they are: no place for a secret."
        value={draft.headers}
        error={error("headers")}
        onChange={(e) => set({ headers: e.currentTarget.value })}
      />
      {family?.responses && (
        <Check
          label="Pass calls of the provider's own Responses API"
          help={error("responses") ?? "Those that need tools which it runs."}
          checked={draft.responses}
          onChange={(responses) => set({ responses })}
        />
      )}
      {family?.provider_batches && (
        <Check
          label="Send lines of batches to its own batches"
          help={error("provider_batches") ?? "At its lower price; an answer takes up to a day."}
          checked={draft.providerBatches}
          onChange={(providerBatches) => set({ providerBatches })}
        />
      )}
      <Check
        label="May lead to special addresses"
        help="Link-local addresses and metadata services, which are refused by default."
        checked={draft.special}
        onChange={(special) => set({ special })}
      />
    </More>
  );
}

export function formOf(draft: Draft, families: readonly Family[]): Credential | undefined {
  const family = families.find((f) => f.family === draft.family);
  const service = family?.services.find((s) => s.label === draft.service);
  return family?.credentials.find((c) => c.name === draft.credential && service?.credentials.includes(c.name));
}
