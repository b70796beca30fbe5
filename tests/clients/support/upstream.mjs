// A scripted server on loopback, of OpenAI's form or of Anthropic's: it answers what a test tells it to and keeps what it received, byte for byte.
// Shapes: https://platform.openai.com/docs/api-reference/chat/object, …/chat-streaming/streaming, …/embeddings/object, and
// https://platform.openai.com/docs/guides/error-codes for errors.
import http from 'node:http';
import { once } from 'node:events';
import { admin } from './portico.mjs';

let number = 0;

export class Upstream {
  /** What came in: { path, headers, text, json }, oldest first. */
  received = [];
  /** How the next requests are answered: functions (response, request); the last one stays. */
  #script = [];
  #server;

  /** Starts it and connects it: `model` is the name by which Portico offers it; its own name for the model is `upstream-model`. */
  static async connected({ prices = true, family = 'openai', upstreamModel = 'upstream-model', more = {}, units } = {}) {
    const upstream = new Upstream();
    await upstream.#listen();
    const name = `scripted-${process.pid}-${++number}`;
    upstream.credential = `upstream-secret-${name}`;
    upstream.connection = await admin('POST', '/api/connections', {
      name,
      family,
      base_url: `http://127.0.0.1:${upstream.#server.address().port}/v1`,
      credential: upstream.credential,
      ...more,
    });
    upstream.model = `${name}/model`;
    const model = await admin('POST', '/api/models', { name: upstream.model, approve: true, context_tokens: 100_000, max_output_tokens: 4_096 });
    upstream.deployment = await admin('POST', '/api/deployments', {
      model_id: model.id,
      connection_id: upstream.connection.id,
      upstream_model: upstreamModel,
    });
    if (prices) await admin('POST', '/api/prices', { model_id: model.id, usd_per_mtok: { input: '1', output: '2', cache_read: '0.5', reasoning: '2' }, usd_per_unit: units });
    return upstream;
  }

  async #listen() {
    this.#server = http.createServer(async (request, response) => {
      const parts = [];
      for await (const part of request) parts.push(part);
      const text = Buffer.concat(parts).toString('utf8');
      const seen = { path: request.url, headers: request.headers, text, json: text ? JSON.parse(text) : null };
      this.received.push(seen);
      const answer = this.#script.length > 1 ? this.#script.shift() : this.#script[0];
      await answer(response, seen);
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  answers(...script) {
    this.#script = script;
    this.received.length = 0;
  }

  get last() {
    return this.received.at(-1);
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** An event of the Messages API (https://platform.claude.com/docs/en/build-with-claude/streaming). */
export const named = (data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

/** A plain answer, sent as this text exactly. */
export const whole = (text) => (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'x-request-id': 'req_upstream' });
  response.end(text);
};

/** An error in OpenAI's shape. */
export const failing = (status, error, headers = {}) => (response) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error }));
};

/** A stream in the pieces given: strings or buffers are written one by one and flushed between. */
export const pieces = (list, { drop = false } = {}) => async (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const piece of list) {
    response.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (drop) response.destroy();
  else response.end();
};

/** A stream of these chunks, usage last when it was asked for, and the terminator. */
export const stream = (chunks, usage) => (response, request) => {
  const events = chunks.map(event);
  if (usage && request.json.stream_options?.include_usage) events.push(event(chunk({ choices: [], usage })));
  return pieces([...events, 'data: [DONE]\n\n'])(response);
};

export const event = (data) => `data: ${JSON.stringify(data)}\n\n`;

/** A chunk of a chat completion; `more` replaces its members. */
export const chunk = (more) => ({
  id: 'chatcmpl-scripted',
  object: 'chat.completion.chunk',
  created: 1_760_000_000,
  model: 'upstream-model',
  system_fingerprint: 'fp_scripted',
  ...more,
});

/** A chunk with one choice. */
export const delta = (change, { index = 0, finish = null, ...more } = {}) =>
  chunk({ choices: [{ index, delta: change, logprobs: null, finish_reason: finish, ...more }] });

export const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };

/** A chat completion; `more` replaces its members. */
export const completion = (more = {}) => ({
  id: 'chatcmpl-scripted',
  object: 'chat.completion',
  created: 1_760_000_000,
  model: 'upstream-model',
  choices: [choice({ content: 'Hello' })],
  usage,
  system_fingerprint: 'fp_scripted',
  ...more,
});

export const choice = (message, { index = 0, finish = 'stop', ...more } = {}) => ({
  index,
  message: { role: 'assistant', content: null, refusal: null, ...message },
  logprobs: null,
  finish_reason: finish,
  ...more,
});
