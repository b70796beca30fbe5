import { Choice } from "../../design/Choice";
import { Field } from "../../design/Field";
import { fieldError } from "../../design/Notice";

/** What a key may and for how long, as one types it. */
export type KeyFields = { name: string; ends: string; routes: string; networks: string; keeps: string };

export const keyFieldNames = ["name", "expires_at", "allowed_routes", "networks", "keep_content"] as const;

/** The fields that making and changing a key share. */
export function KeyForm({
  fields,
  ends,
  problem,
  onChange,
  children,
}: {
  fields: KeyFields;
  ends: readonly { value: string; label: string }[];
  problem: unknown;
  onChange: (fields: KeyFields) => void;
  children?: React.ReactNode;
}) {
  const set = (name: keyof KeyFields) => (e: { currentTarget: { value: string } }) =>
    onChange({ ...fields, [name]: e.currentTarget.value });
  return (
    <>
      <Field
        label="Name"
        help="Where it will lie, as crm-sync-prod."
        autoFocus
        autoComplete="off"
        value={fields.name}
        error={fieldError(problem, "name")}
        onChange={set("name")}
      />
      {children}
      <Choice
        label="Expires"
        options={ends}
        value={fields.ends}
        error={fieldError(problem, "expires_at")}
        onChange={set("ends")}
      />
      <Field
        label="May call"
        help="Names of routes and models with a comma between; empty = all that its workspace may."
        autoComplete="off"
        spellCheck={false}
        value={fields.routes}
        error={fieldError(problem, "allowed_routes")}
        onChange={set("routes")}
      />
      <Field
        label="Works from"
        help="Addresses or networks, as 10.0.0.0/8; empty = from everywhere."
        autoComplete="off"
        spellCheck={false}
        value={fields.networks}
        error={fieldError(problem, "networks")}
        onChange={set("networks")}
      />
      <Choice
        label="Prompts and answers"
        help="What is kept is encrypted, and every look at it is written down."
        options={[
          { value: "", label: "As the route has it" },
          { value: "1", label: "Kept" },
        ]}
        value={fields.keeps}
        error={fieldError(problem, "keep_content")}
        onChange={set("keeps")}
      />
    </>
  );
}

/** The instant that lies so many days from now. */
export const inDays = (days: string): string => new Date(Date.now() + Number(days) * 86_400_000).toISOString();
