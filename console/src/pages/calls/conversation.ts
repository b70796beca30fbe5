/** What a call said and was answered, of whatever dialect, as turns that can be drawn. */

export type Part =
  | { kind: "text"; text: string }
  /** As it was sent: JSON, arguments, what has no form of its own. */
  | { kind: "code"; text: string; name?: string }
  | { kind: "image"; address: string }
  | { kind: "note"; text: string };

export type Turn = { who: string; parts: readonly Part[] };

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const printed = (value: unknown): string => (isText(value) ? pretty(value) : JSON.stringify(value, null, 2));

/** Arguments of tools are JSON in a text. */
function pretty(text: string): string {
  if (text.length > 100_000 || !/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

const whos: Readonly<Record<string, string>> = {
  system: "System",
  developer: "System",
  user: "Caller",
  assistant: "Answer",
  tool: "Tool",
  function: "Tool",
};

const whoOf = (role: unknown): string => (isText(role) ? (whos[role] ?? role) : "Caller");

/** The turns of a request body; one that is cut, or of no form that is known, is shown as it is. */
export function askedTurns(body: unknown): readonly Turn[] {
  if (body === null || body === undefined) return [];
  if (!isObject(body)) return [{ who: "Caller", parts: [raw(body)] }];
  const turns: Turn[] = [];
  const system = body.system ?? body.instructions;
  if (system !== undefined && system !== null) turns.push({ who: "System", parts: partsOf(system) });
  const said = body.messages ?? body.input ?? body.prompt ?? body.query;
  if (Array.isArray(said) && said.every(isObject)) for (const m of said) turns.push(...turnsOf(m));
  else if (said !== undefined) turns.push({ who: "Caller", parts: Array.isArray(said) ? said.map(raw) : [raw(said)] });
  if (Array.isArray(body.documents)) turns.push({ who: "Documents", parts: body.documents.map(raw) });
  return turns.length === 0 ? [{ who: "Caller", parts: [raw(body)] }] : turns;
}

/** The turns of an answer. */
export function answeredTurns(body: unknown): readonly Turn[] {
  if (body === null || body === undefined) return [];
  if (!isObject(body)) return [{ who: "Answer", parts: [raw(body)] }];
  const { choices, content, output } = body;
  if (Array.isArray(choices)) {
    const all = choices.filter(isObject);
    return all.flatMap((c, i) =>
      turnsOf(isObject(c.message) ? { role: "assistant", ...c.message } : { role: "assistant", content: c.text }).map((t) =>
        all.length > 1 ? { ...t, who: `${t.who} ${i + 1}` } : t,
      ),
    );
  }
  if (Array.isArray(output)) return output.filter(isObject).flatMap(turnsOf);
  if (content !== undefined) return turnsOf({ role: "assistant", content });
  if (isText(body.text)) return [{ who: "Answer", parts: [raw(body.text)] }];
  return [{ who: "Answer", parts: [raw(body)] }];
}

/** A message, or an item of the Responses API. */
function turnsOf(message: Json): Turn[] {
  const { type } = message;
  if (type === "function_call") return [{ who: "Answer", parts: [toolCall(message.name, message.arguments)] }];
  if (type === "function_call_output") return [{ who: "Tool", parts: [result(message.output)] }];
  if (type === "reasoning") return [{ who: "Reasoning", parts: partsOf(message.summary ?? message.content) }];
  if (message.role === undefined && message.content === undefined) return [{ who: "Item", parts: [raw(message)] }];
  const who = whoOf(message.role);
  const turns: Turn[] = [];
  const reasoning = message.reasoning_content ?? message.reasoning;
  if (isText(reasoning) && reasoning !== "") turns.push({ who: "Reasoning", parts: [{ kind: "text", text: reasoning }] });
  const parts = who === "Tool" ? [result(message.content)] : partsOf(message.content);
  if (isText(message.refusal)) parts.push({ kind: "text", text: message.refusal });
  if (Array.isArray(message.tool_calls))
    for (const call of message.tool_calls) {
      const f = isObject(call) && isObject(call.function) ? call.function : undefined;
      parts.push(f === undefined ? raw(call) : toolCall(f.name, f.arguments));
    }
  if (parts.length > 0) turns.push({ who, parts });
  return turns;
}

function partsOf(content: unknown): Part[] {
  if (content === null || content === undefined) return [];
  if (isText(content)) return content === "" ? [] : [{ kind: "text", text: content }];
  return Array.isArray(content) ? content.map(partOf) : [raw(content)];
}

/** A part of a message by its type, of OpenAI's and of Anthropic's dialects. */
function partOf(part: unknown): Part {
  if (!isObject(part)) return raw(part);
  const text = part.text;
  switch (part.type) {
    case "text":
    case "input_text":
    case "output_text":
    case "summary_text":
    case "reasoning_text":
      return isText(text) ? { kind: "text", text } : raw(part);
    case "thinking":
      return isText(part.thinking) ? { kind: "code", name: "reasoning", text: part.thinking } : raw(part);
    case "image_url":
    case "input_image": {
      const at = part.image_url;
      const address = isObject(at) ? at.url : at;
      return isText(address) ? { kind: "image", address } : raw(part);
    }
    case "image": {
      const source = part.source;
      if (!isObject(source)) return raw(part);
      if (isText(source.url)) return { kind: "image", address: source.url };
      return isText(source.data)
        ? { kind: "image", address: `data:${String(source.media_type)};base64,${source.data}` }
        : raw(part);
    }
    case "tool_use":
      return toolCall(part.name, part.input);
    case "tool_result":
      return result(part.content);
    case "input_audio":
    case "file":
    case "input_file":
    case "document":
      return { kind: "note", text: `A part of type ${String(part.type)}, ${size(part)}` };
    default:
      return raw(part);
  }
}

const toolCall = (name: unknown, args: unknown): Part => ({
  kind: "code",
  name: `calls ${isText(name) ? name : "a tool"}`,
  text: printed(args ?? ""),
});

function result(content: unknown): Part {
  const texts = Array.isArray(content)
    ? content.map((p) => (isObject(p) && isText(p.text) ? p.text : printed(p))).join("\n")
    : printed(content ?? "");
  return { kind: "code", name: "returned", text: texts };
}

const raw = (value: unknown): Part => (isText(value) ? { kind: "text", text: value } : { kind: "code", text: printed(value) });

function size(part: Json): string {
  const { length } = JSON.stringify(part);
  return length < 10_000 ? `${length} characters` : `${Math.round(length / 1000)}k characters`;
}

/** A picture that lies in the text itself; one of another host would be asked of that host, and is not loaded. */
export function isInline(address: string): boolean {
  return /^data:image\/(png|jpeg|gif|webp);base64,[a-z0-9+/=\s]*$/i.test(address);
}
