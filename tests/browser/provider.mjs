// A provider of our own on loopback: lists models and answers chats as OpenAI's API does, plain and streamed, to whoever has its key. `fails` makes it refuse every chat.
import { createServer } from "node:http";

const usage = { prompt_tokens: 11, completion_tokens: 4, total_tokens: 15 };
const said = (model) => `Served by ${model}`;

function streamed(response, model) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (choices, more = {}) =>
    response.write(`data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model, choices, ...more })}\n\n`);
  for (const word of said(model).split(/(?= )/)) send([{ index: 0, delta: { role: "assistant", content: word }, finish_reason: null }]);
  send([{ index: 0, delta: {}, finish_reason: "stop" }]);
  send([], { usage });
  response.end("data: [DONE]\n\n");
}

export async function startProvider(key, models) {
  const state = { fails: 0, chats: 0 };
  const server = createServer((request, response) => {
    const send = (status, body) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    if (request.headers.authorization !== `Bearer ${key}`)
      return send(401, { error: { message: "Incorrect API key provided.", type: "invalid_request_error", code: "invalid_api_key" } });
    if (request.url === "/v1/models")
      return send(200, { object: "list", data: models.map((id) => ({ id, object: "model", owned_by: "house" })) });
    let text = "";
    request.on("data", (part) => {
      text += part;
    });
    request.on("end", () => {
      state.chats++;
      if (state.fails > 0) return send(state.fails, { error: { message: "Overloaded", type: "server_error" } });
      const { model, stream } = JSON.parse(text);
      if (stream) return streamed(response, model);
      send(200, {
        id: "chatcmpl-1",
        object: "chat.completion",
        created: 1,
        model,
        choices: [{ index: 0, message: { role: "assistant", content: said(model) }, finish_reason: "stop" }],
        usage,
      });
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { state, url: `http://127.0.0.1:${server.address().port}/v1`, stop: () => server.close() };
}
