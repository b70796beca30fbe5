import { isPicture, type Picture } from "./pictures";

/** What is asked, and whom: all that a person makes in the playground. Lives in the browser and in links. */

export type Role = "system" | "user" | "assistant" | "tool";

export type ToolCall = { id: string; name: string; args: string };

export type Message = {
  id: string;
  role: Role;
  text: string;
  pictures: Picture[];
  /** What the assistant called. */
  calls: ToolCall[];
  /** Of a tool: the call that it answers. */
  callId: string;
};

/** As typed: what is empty is not sent. */
export type Settings = {
  temperature: string;
  maxTokens: string;
  topP: string;
  effort: string;
  seed: string;
  /** A line each. */
  stop: string;
};

export type SettingName = keyof Settings;

export type Column = { id: string; model: string; settings: Partial<Settings> };

export type OutputForm = "text" | "json" | "schema";

export type Draft = {
  useCase: string;
  messages: Message[];
  variables: Record<string, string>;
  form: OutputForm;
  schema: string;
  schemaName: string;
  strict: boolean;
  tools: string;
  /** The place of the column whose answer is best. */
  preferred: number | undefined;
  /** For every column, unless it says otherwise. */
  settings: Settings;
  columns: Column[];
};

export const noSettings: Settings = { temperature: "", maxTokens: "", topP: "", effort: "", seed: "", stop: "" };

export const bounds = { columns: 8, messages: 2_000, calls: 10_000, pictures: 64 };

/** Why no column can be added; undefined while there is room. */
export function whyFull(draft: Draft): string | undefined {
  return draft.columns.length >= bounds.columns ? `At most ${bounds.columns} columns stand beside each other` : undefined;
}

let last = 0;

/** Names of messages and columns, unique in this tab. */
export function freshId(): string {
  last++;
  return `${Date.now().toString(36)}-${last}`;
}

export function newMessage(role: Role, text = ""): Message {
  return { id: freshId(), role, text, pictures: [], calls: [], callId: "" };
}

export function newDraft(): Draft {
  return {
    useCase: "",
    messages: [newMessage("system"), newMessage("user")],
    variables: {},
    form: "text",
    schema: "",
    schemaName: "answer",
    strict: true,
    tools: "",
    settings: { ...noSettings },
    columns: [],
    preferred: undefined,
  };
}

/** The settings that hold for a column. */
export function settingsOf(draft: Draft, column: Column): Settings {
  return { ...draft.settings, ...column.settings };
}

const field = /\{\{\s*([\p{L}_][\p{L}\p{N}_.-]{0,63})\s*\}\}/gu;

/** Longer messages are texts and no templates: nobody writes {{…}} into megabytes. */
const maxTemplate = 200_000;

/** Names that stand as {{name}} in the messages, in their order, each once. */
export function fieldsOf(messages: readonly Message[]): string[] {
  const names = new Set<string>();
  for (const m of messages)
    if (m.text.length <= maxTemplate) for (const found of m.text.matchAll(field)) names.add(found[1] ?? "");
  return [...names];
}

/** The text with its fields filled in. What a value says is not filled in again. */
export function filled(text: string, variables: Record<string, string>): string {
  if (text.length > maxTemplate) return text;
  return text.replace(field, (whole, name: string) => (Object.hasOwn(variables, name) ? (variables[name] ?? whole) : whole));
}

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown, most: number): unknown[] => (Array.isArray(value) ? value.slice(0, most) : []);
const roles: readonly string[] = ["system", "user", "assistant", "tool"];

/**
 * A draft from what lay in the browser or came in a link: whatever that is, only texts of known places are taken over, and pictures only where they lie in the text
 * itself. Undefined when it is no draft at all.
 */
export function readDraft(value: unknown): Draft | undefined {
  if (!isFields(value) || !Array.isArray(value.messages)) return undefined;
  const draft = newDraft();
  draft.useCase = text(value.useCase);
  draft.messages = list(value.messages, bounds.messages).filter(isFields).map(readMessage);
  if (isFields(value.variables))
    for (const [name, v] of Object.entries(value.variables)) if (typeof v === "string") draft.variables[name] = v;
  if (value.form === "json" || value.form === "schema") draft.form = value.form;
  draft.schema = text(value.schema);
  draft.schemaName = text(value.schemaName) || "answer";
  draft.strict = value.strict !== false;
  draft.tools = text(value.tools);
  draft.settings = { ...noSettings, ...readSettings(value.settings) };
  draft.columns = list(value.columns, bounds.columns)
    .filter(isFields)
    .map((c) => ({ id: freshId(), model: text(c.model), settings: readSettings(c.settings) }));
  if (typeof value.preferred === "number" && draft.columns[value.preferred] !== undefined) draft.preferred = value.preferred;
  return draft;
}

function readMessage(m: Fields): Message {
  return {
    id: freshId(),
    role: roles.includes(text(m.role)) ? (m.role as Role) : "user",
    text: text(m.text),
    pictures: list(m.pictures, bounds.pictures).filter(isPicture),
    calls: list(m.calls, bounds.calls)
      .filter(isFields)
      .map((c) => ({ id: text(c.id), name: text(c.name), args: text(c.args) })),
    callId: text(m.callId),
  };
}

function readSettings(value: unknown): Partial<Settings> {
  const read: Partial<Settings> = {};
  if (isFields(value))
    for (const name of Object.keys(noSettings) as SettingName[]) {
      const v = value[name];
      if (typeof v === "string") read[name] = v;
    }
  return read;
}
