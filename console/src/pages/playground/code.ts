import type { Body } from "./body";

/** A call as it stands in a program: the same body with a key of one's own. */

export type Language = "curl" | "python" | "typescript";

export const languages: readonly { id: Language; name: string }[] = [
  { id: "curl", name: "curl" },
  { id: "python", name: "Python" },
  { id: "typescript", name: "TypeScript" },
];

export function codeOf(language: Language, body: Body, origin: string): string {
  const streamed = { ...body, stream: true };
  switch (language) {
    case "curl":
      return `curl -N ${origin}/v1/chat/completions \\
  -H "Authorization: Bearer $PORTICO_KEY" -H 'Content-Type: application/json' \\
  -d @- <<'BODY'
${JSON.stringify(streamed, null, 2)}
BODY
`;
    case "python":
      return `import os
from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key=os.environ["PORTICO_KEY"])
stream = client.chat.completions.create(
${Object.entries(streamed)
  .map(([name, value]) => `    ${name}=${python(value, 1)},\n`)
  .join("")})
for chunk in stream:
    if chunk.choices and chunk.choices[0].delta.content:
        print(chunk.choices[0].delta.content, end="", flush=True)
`;
    case "typescript":
      return `import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${origin}/v1", apiKey: process.env.PORTICO_KEY });
const stream = await client.chat.completions.create(${JSON.stringify(streamed, null, 2)});
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
`;
  }
}

/** A JSON value as Python writes it. */
export function python(value: unknown, depth = 0): string {
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const [pad, end] = ["    ".repeat(depth + 1), "    ".repeat(depth)];
  const parts = Array.isArray(value)
    ? value.map((v) => python(v, depth + 1))
    : Object.entries(value).map(([name, v]) => `${JSON.stringify(name)}: ${python(v, depth + 1)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return parts.length === 0 ? `${open}${close}` : `${open}\n${parts.map((p) => `${pad}${p},\n`).join("")}${end}${close}`;
}
