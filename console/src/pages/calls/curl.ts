import type { Call } from "./calls";

const paths: Readonly<Record<string, string>> = {
  "openai-chat": "/v1/chat/completions",
  "openai-completions": "/v1/completions",
  "openai-responses": "/v1/responses",
  "openai-embeddings": "/v1/embeddings",
  "openai-moderations": "/v1/moderations",
  "openai-images": "/v1/images/generations",
  "openai-speech": "/v1/audio/speech",
  "anthropic-messages": "/v1/messages",
};

/** A call as a command; undefined where it came by a way that a command cannot go, as a form with a file or from within. */
export function curlOf(
  call: Pick<Call, "wire" | "requested_model" | "stream">,
  origin: string,
  prompt: unknown,
): string | undefined {
  const path = paths[call.wire];
  if (path === undefined) return undefined;
  const body = typeof prompt === "object" && prompt !== null ? prompt : sketch(call, path);
  // A quote within a text in single quotes of a shell ends it, stands alone and begins it again.
  const data = JSON.stringify(body).replaceAll("'", "'\\''");
  const isAnthropic = call.wire === "anthropic-messages";
  return [
    `curl ${origin}${path}`,
    isAnthropic ? '-H "x-api-key: $PORTICO_KEY"' : '-H "Authorization: Bearer $PORTICO_KEY"',
    ...(isAnthropic ? ['-H "anthropic-version: 2023-06-01"'] : []),
    '-H "Content-Type: application/json"',
    `-d '${data}'`,
  ].join(" \\\n  ");
}

/** What was said is not known here: its place is shown. */
function sketch({ requested_model: model, stream }: Pick<Call, "requested_model" | "stream">, path: string): object {
  const said = "What the caller said";
  if (path === "/v1/images/generations" || path === "/v1/completions") return { model, prompt: said };
  if (path === "/v1/chat/completions" || path === "/v1/messages")
    return {
      model,
      ...(path === "/v1/messages" ? { max_tokens: 1024 } : {}),
      ...(stream ? { stream } : {}),
      messages: [{ role: "user", content: said }],
    };
  return { model, input: said };
}
