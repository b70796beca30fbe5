// A provider of our own: what a model of it answers goes by its name. Speaks OpenAI's form, plain and streamed.
import { createServer } from "node:http";
import { admin } from "./browser.mjs";

const letter = { policy: "P-118", amount: 2750, missing: ["photos", "plumber_invoice"], summary: "A supply pipe burst on the evening of 12 November." };

export const hostile = `# Facts

<script>window.pwned = 1; document.title = "pwned"</script>

<img src=x onerror="window.pwned = 2"> and <iframe src="https://evil.example/frame"></iframe>

![pixel](https://evil.example/pixel.png?who=me) ![map](/api/session)

[press me](javascript:window.pwned=3) · [a page](https://example.com/claims) · <https://example.com>

- **שלום, העולם** is Hebrew
- \u202eevil\u202c and العربية

${"_a_b ".repeat(400)}`;

const answers = {
  facts: () => JSON.stringify(letter),
  "facts-low": () => JSON.stringify({ ...letter, amount: 2340, missing: ["photos"] }),
  hostile: () => hostile,
  length: (body) => `${JSON.stringify(body.messages.at(-1).content).length} characters came.`,
  picture: (body) => {
    const parts = body.messages.flatMap((m) => (Array.isArray(m.content) ? m.content : []));
    return `Saw ${parts.filter((p) => p.image_url?.url.startsWith("data:image/")).length} pictures.`;
  },
  plain: () => "It is **done**.",
};

export async function startUpstream() {
  const seen = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const part of request) text += part;
    const body = JSON.parse(text || "{}");
    seen.push(body);
    if (body.model === "fails") {
      response.writeHead(400, { "content-type": "application/json" });
      response.end('{"error":{"message":"No <b>such</b> thing","type":"invalid_request_error","param":null,"code":null}}');
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    const send = (delta, finish = null) =>
      response.write(`data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: body.model, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`);
    send({ role: "assistant", content: "" });
    if (body.model === "slow") {
      for (let i = 0; !response.destroyed; i++) {
        send({ content: `word${i} ` });
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
      return;
    }
    let finish = "stop";
    if (body.model === "calls") {
      for (let index = 0; index < 5_000; index++)
        send({ tool_calls: [{ index, id: `call_${index}`, type: "function", function: { name: "find_claim", arguments: `{"number":"${index}"}` } }] });
      finish = "tool_calls";
    } else {
      const said = answers[body.model](body);
      for (let at = 0; at < said.length; at += 40) send({ content: said.slice(at, at + 40) });
    }
    send({}, finish);
    response.write(`data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: body.model, choices: [], usage: { prompt_tokens: 120, completion_tokens: 48, total_tokens: 168 } })}\n\n`);
    response.end("data: [DONE]\n\n");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const connection = await admin("POST", "connections", {
    name: "letters",
    family: "openai",
    base_url: `http://127.0.0.1:${server.address().port}/v1`,
    credential: "sk-upstream",
  });
  const deployments = {};
  for (const name of [...Object.keys(answers), "fails", "slow", "calls"]) {
    const model = await admin("POST", "models", { name: `letters/${name}`, approve: true, context_tokens: 8_000_000 });
    await admin("POST", "prices", { model_id: model.id, usd_per_mtok: { input: name === "facts" ? "2.50" : "0.25", output: name === "facts" ? "10" : "2" } });
    deployments[name] = (await admin("POST", "deployments", { model_id: model.id, connection_id: connection.id, upstream_model: name })).id;
  }
  return { seen, deployments, close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }) };
}
