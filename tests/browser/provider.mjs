// A provider of our own on loopback: lists models and answers chats as OpenAI's API does, to whoever has its key. `fails` makes it refuse every chat.
import { createServer } from "node:http";

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
      send(200, {
        id: "chatcmpl-1",
        object: "chat.completion",
        created: 1,
        model: JSON.parse(text).model,
        choices: [{ index: 0, message: { role: "assistant", content: "Served by the house" }, finish_reason: "stop" }],
        usage: { prompt_tokens: 11, completion_tokens: 4, total_tokens: 15 },
      });
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { state, url: `http://127.0.0.1:${server.address().port}/v1`, stop: () => server.close() };
}
