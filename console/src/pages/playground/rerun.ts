import { api, get, Problem, type Schemas } from "../../api/client";
import { type Draft, freshId, type Message, newDraft, newMessage, noSettings, type Role, type Settings } from "./draft";
import { isPicture } from "./pictures";

export type Rerun = { draft: Draft; says: string; isWhole: boolean };

type Fields = Record<string, unknown>;

/** A call taken up again: its messages where they are kept and may be read, else its model and what is known of its settings, and why. */
export async function rerun(id: string, mayRead: boolean, signal: AbortSignal): Promise<Rerun> {
  const record = await get(api.GET("/api/calls/{id}", { params: { path: { id } }, signal }));
  const draft = newDraft();
  draft.useCase = record.use_case_id ?? "";
  draft.columns = [{ id: freshId(), model: record.route ?? record.requested_model ?? "", settings: {} }];
  const part = (says: string): Rerun => ({ draft, says, isWhole: false });
  if (!mayRead) return part("Your roles do not let you read what was said. Owners and officers may.");
  let contents: Schemas["ContentView"];
  try {
    contents = await get(api.GET("/api/calls/{id}/contents", { params: { path: { id } }, signal }));
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 404)
      return part("What was said was not kept: neither its route nor its key keeps contents, or they are past their time.");
    if (problem instanceof Problem && problem.code === "reveal_required")
      return part("What was said is kept, and hidden: ask to see it on the call's page, then take it up again.");
    throw problem;
  }
  if (contents.prompt.truncated) return part("What was said was too long to be kept whole.");
  const body = contents.prompt.text as unknown;
  if (!isFields(body) || !Array.isArray(body.messages)) return part("It came in a form that the playground does not write.");
  take(draft, body);
  return { draft, says: "", isWhole: true };
}

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** A body of OpenAI's form or of Anthropic's: what both have, and the system text that Anthropic's has beside the messages. */
export function take(draft: Draft, body: Fields) {
  const messages = (body.messages as unknown[]).filter(isFields).map(messageOf);
  const system = textOf(body.system);
  draft.messages = system === "" ? messages : [newMessage("system", system), ...messages];
  draft.settings = settingsIn(body);
  if (Array.isArray(body.tools) && body.tools.length > 0) draft.tools = JSON.stringify(body.tools, null, 2);
  const format = isFields(body.response_format) ? body.response_format : {};
  if (format.type === "json_object") draft.form = "json";
  if (format.type === "json_schema" && isFields(format.json_schema)) {
    draft.form = "schema";
    draft.schemaName = text(format.json_schema.name) || "answer";
    draft.strict = format.json_schema.strict !== false;
    draft.schema = JSON.stringify(format.json_schema.schema ?? {}, null, 2);
  }
}

function settingsIn(body: Fields): Settings {
  const shown = (value: unknown) => (typeof value === "number" ? String(value) : "");
  const stop = body.stop ?? body.stop_sequences;
  return {
    ...noSettings,
    temperature: shown(body.temperature),
    maxTokens: shown(body.max_completion_tokens ?? body.max_tokens),
    topP: shown(body.top_p),
    seed: shown(body.seed),
    effort: text(body.reasoning_effort),
    stop: typeof stop === "string" ? stop : Array.isArray(stop) ? stop.map(text).join("\n") : "",
  };
}

const roles: Record<string, Role> = { system: "system", developer: "system", user: "user", assistant: "assistant", tool: "tool" };

function messageOf(m: Fields): Message {
  const message = newMessage(roles[text(m.role)] ?? "user", textOf(m.content));
  message.callId = text(m.tool_call_id);
  if (Array.isArray(m.content))
    for (const part of m.content.filter(isFields)) {
      const picture = { name: "picture", url: text(isFields(part.image_url) ? part.image_url.url : undefined) };
      if (isPicture(picture)) message.pictures.push(picture);
    }
  if (Array.isArray(m.tool_calls))
    message.calls = m.tool_calls.filter(isFields).map((c) => {
      const f = isFields(c.function) ? c.function : {};
      return { id: text(c.id), name: text(f.name), args: text(f.arguments) };
    });
  return message;
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .filter(isFields)
    .map((p) => text(p.text))
    .filter((t) => t !== "")
    .join("\n\n");
}
