import { type Column, type Draft, filled, type Message, type Settings, settingsOf } from "./draft";

/** The body of the call that a column makes, in OpenAI's form. */

export type Body = {
  model: string;
  messages: object[];
  [name: string]: unknown;
};

/** What is wrong with a draft before anything is sent, by the place that shows it. */
export type Faults = Partial<Record<"tools" | "schema" | "messages" | keyof Settings, string>>;

type Tool = { type: string; [name: string]: unknown };

/** The tools of a text: OpenAI's form, or their functions alone. Throws what to do when it is neither. */
export function toolsIn(text: string): Tool[] {
  if (text.trim() === "") return [];
  const value = parse(text, "Tools");
  const all = Array.isArray(value) ? value : [value];
  return all.map((one: unknown) => {
    const tool = one as Record<string, unknown> | null;
    if (typeof tool === "object" && tool !== null && typeof tool.type === "string") {
      const known = (tool.function as Record<string, unknown> | undefined)?.name;
      if (tool.type !== "function" || typeof known === "string") return tool as Tool;
    }
    if (typeof tool === "object" && tool !== null && typeof tool.name === "string") return { type: "function", function: tool };
    throw new Error('Each tool has a name, as {"name":"find_order","parameters":{…}}.');
  });
}

export function schemaIn(text: string): object {
  const value = parse(text, "The schema");
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("A schema is a JSON object.");
  return value;
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (e) {
    throw new Error(`${what} cannot be read as JSON: ${e instanceof Error ? e.message : e}.`);
  }
}

const numbers: readonly [keyof Settings, string, string, number, number, boolean][] = [
  ["temperature", "temperature", "A temperature is a number from 0 to 2.", 0, 2, false],
  ["topP", "top_p", "Top P is a number from 0 to 1.", 0, 1, false],
  ["maxTokens", "max_completion_tokens", "A cap is a whole number of tokens, 1 or more.", 1, 10_000_000, true],
  ["seed", "seed", "A seed is a whole number.", -9e15, 9e15, true],
];

export function settingFaults(settings: Partial<Settings>): Faults {
  const faults: Faults = {};
  for (const [name, , says, least, most, whole] of numbers) {
    const typed = settings[name]?.trim() ?? "";
    if (typed === "") continue;
    const value = Number(typed);
    if (!(value >= least && value <= most) || (whole && !Number.isInteger(value))) faults[name] = says;
  }
  if (stops(settings.stop ?? "").length > 4) faults.stop = "At most four texts end an answer.";
  return faults;
}

export function faultsOf(draft: Draft): Faults {
  const faults: Faults = settingFaults(draft.settings);
  const judge = (name: "tools" | "schema", read: () => unknown) => {
    try {
      read();
    } catch (e) {
      faults[name] = e instanceof Error ? e.message : String(e);
    }
  };
  judge("tools", () => toolsIn(draft.tools));
  if (draft.form === "schema") judge("schema", () => schemaIn(draft.schema));
  if (!draft.messages.some((m) => !isEmpty(m))) faults.messages = "Write a message first.";
  return faults;
}

function isEmpty(m: Message): boolean {
  return m.text.trim() === "" && m.pictures.length === 0 && m.calls.length === 0 && m.role !== "tool";
}

const stops = (text: string) => text.split("\n").filter((line) => line !== "");

/** Throws where the draft has faults. */
export function bodyOf(draft: Draft, column: Column): Body {
  const settings = settingsOf(draft, column);
  const body: Body = {
    model: column.model,
    messages: draft.messages.filter((m) => !isEmpty(m)).map((m) => messageOf(m, draft.variables)),
  };
  for (const [name, field] of numbers) if (settings[name].trim() !== "") body[field] = Number(settings[name]);
  if (settings.effort !== "") body.reasoning_effort = settings.effort;
  const stop = stops(settings.stop);
  if (stop.length > 0) body.stop = stop;
  const tools = toolsIn(draft.tools);
  if (tools.length > 0) body.tools = tools;
  if (draft.form === "json") body.response_format = { type: "json_object" };
  if (draft.form === "schema")
    body.response_format = {
      type: "json_schema",
      json_schema: { name: draft.schemaName, strict: draft.strict, schema: schemaIn(draft.schema) },
    };
  return body;
}

function messageOf(m: Message, variables: Record<string, string>): object {
  const text = filled(m.text, variables);
  if (m.role === "tool") return { role: "tool", tool_call_id: m.callId, content: text };
  if (m.role === "assistant" && m.calls.length > 0)
    return {
      role: "assistant",
      content: text === "" ? null : text,
      tool_calls: m.calls.map((c) => ({ id: c.id, type: "function", function: { name: c.name, arguments: c.args } })),
    };
  if (m.role !== "user" || m.pictures.length === 0) return { role: m.role, content: text };
  const pictures = m.pictures.map((p) => ({ type: "image_url", image_url: { url: p.url } }));
  return { role: "user", content: text === "" ? pictures : [{ type: "text", text }, ...pictures] };
}
