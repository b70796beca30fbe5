// The official Anthropic SDK with another base URL and key, and nothing else.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import {
  APIError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from '@anthropic-ai/sdk';
import { admin, anthropic, newKey, recordOf, say, simulated } from './support/portico.mjs';
import { Upstream, completion, delta, named, pieces, stream, usage, whole } from './support/upstream.mjs';

const slowChunks50 = await simulated('slow-chunks-50');
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const weather = { name: 'get_weather', description: 'Weather', input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } };
const clock = { name: 'get_time', input_schema: { type: 'object', properties: { zone: { type: 'string' } } } };

const ask = (client = anthropic(), more = {}) => client.messages.create({ model: 'sim/echo', max_tokens: 200, messages: say('Hello, Portico'), ...more });

async function errorOf(promise) {
  try {
    await promise;
  } catch (e) {
    assert.ok(e instanceof APIError, String(e));
    return e;
  }
  assert.fail('The call was answered.');
}

describe('anthropic: messages', () => {
  test('A message is answered, with its id and its record', async () => {
    const { data, request_id, response } = await ask().withResponse();
    assert.equal(data.type, 'message');
    assert.equal(data.role, 'assistant');
    assert.deepEqual(data.content, [{ type: 'text', text: 'Hello, Portico' }]);
    assert.equal(data.stop_reason, 'end_turn');
    assert.ok(data.usage.input_tokens > 0 && data.usage.output_tokens > 0);
    assert.ok(response.headers.get('x-portico-cost-usd'));
    const record = await recordOf(request_id);
    assert.equal(record.wire, 'anthropic-messages');
    assert.equal(record.usage.output, data.usage.output_tokens);
  });

  test('A key may be sent as a bearer token', async () => {
    const client = anthropic({ apiKey: null, authToken: process.env.PORTICO_KEY });
    assert.equal((await ask(client)).content[0].text, 'Hello, Portico');
  });

  test('system, stop sequences and the cap hold', async () => {
    const cut = await ask(anthropic(), { max_tokens: 2, system: 'Be short.', messages: say('one two three four five') });
    assert.equal(cut.stop_reason, 'max_tokens');
    const stopped = await ask(anthropic(), { stop_sequences: ['three'], messages: say('one two three four') });
    assert.equal(stopped.content[0].text.trim(), 'one two');
  });

  test('An image is taken, in base 64 and by address', async () => {
    const answer = await ask(anthropic(), {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
            { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } },
            { type: 'text', text: ' seen' },
          ],
        },
      ],
    });
    assert.equal(answer.content[0].text, '[image][image] seen');
  });

  test('Models are listed and looked up, and one that is not there is a NotFoundError', async () => {
    const client = anthropic();
    const names = [];
    for await (const model of client.models.list()) names.push(model.id);
    assert.ok(names.includes('sim/echo'));
    const one = await client.models.retrieve('sim/echo');
    assert.deepEqual([one.type, one.display_name], ['model', 'sim/echo']);
    assert.ok(Date.parse(one.created_at) > 0);
    const e = await errorOf(client.models.retrieve('no/such'));
    assert.ok(e instanceof NotFoundError);
    assert.equal(e.type, 'not_found_error');
  });

  test('Tokens are counted without a cap and without an answer', async () => {
    const client = anthropic();
    const { data, response } = await client.messages.countTokens({ model: 'sim/echo', messages: say('Hello, Portico'), tools: [weather] }).withResponse();
    assert.ok(data.input_tokens > 10);
    assert.equal(response.headers.get('x-portico-token-count'), 'estimated');
  });
});

describe('anthropic: streams', () => {
  test('The events come in their order', async () => {
    const types = [];
    for await (const event of await ask(anthropic(), { stream: true, messages: say('one two') })) types.push(event.type);
    assert.equal(types[0], 'message_start');
    assert.equal(types[1], 'content_block_start');
    assert.ok(types.slice(2, -3).every((t) => t === 'content_block_delta'));
    assert.deepEqual(types.slice(-3), ['content_block_stop', 'message_delta', 'message_stop']);
  });

  test('The stream helper gathers the text and the final message', async () => {
    let text = '';
    const runner = anthropic().messages.stream({ model: 'sim/echo', max_tokens: 200, messages: say('Zürich 🚲 東京') }).on('text', (t) => (text += t));
    const message = await runner.finalMessage();
    assert.equal(text, 'Zürich 🚲 東京');
    assert.equal(message.content[0].text, text);
    assert.equal(message.stop_reason, 'end_turn');
    const plain = await ask(anthropic(), { messages: say('Zürich 🚲 東京') });
    assert.equal(message.usage.input_tokens, plain.usage.input_tokens);
    assert.equal(message.usage.output_tokens, plain.usage.output_tokens);
  });

  test('An error after content is an APIError of the iterator, and what came before it was given', async () => {
    const { data, request_id } = await anthropic()
      .messages.create({ model: 'sim/error-after-10', max_tokens: 200, stream: true, messages: say('w '.repeat(40)) })
      .withResponse();
    let text = '';
    await assert.rejects(
      async () => {
        for await (const event of data) if (event.type === 'content_block_delta') text += event.delta.text;
      },
      (e) => e instanceof APIError && e.type === 'api_error' && e.errorCode === 'upstream_failed',
    );
    assert.ok(text.length > 0);
    assert.equal((await recordOf(request_id)).outcome, 'failed');
  });

  test('The stream helper fails when the upstream cuts', async () => {
    const runner = anthropic().messages.stream({ model: 'sim/cut-after-10', max_tokens: 200, messages: say('w '.repeat(40)) });
    await assert.rejects(() => runner.finalMessage(), APIError);
  });

  test('A caller that aborts is recorded as abandoned and billed for what it got', async () => {
    const leave = new AbortController();
    const { data, request_id } = await anthropic()
      .messages.create({ model: slowChunks50, max_tokens: 1_000, stream: true, messages: say('word '.repeat(400)) }, { signal: leave.signal })
      .withResponse();
    let words = 0;
    for await (const event of data) if (event.type === 'content_block_delta' && ++words === 3) leave.abort();
    const record = await recordOf(request_id);
    assert.equal(record.outcome, 'abandoned');
    assert.ok(record.usage.output >= 3 && record.usage.output < 400);
  });
});

describe('anthropic: tools', () => {
  test('Tools are called in parallel and their results taken back', async () => {
    const client = anthropic();
    const messages = say('Weather and time in Oslo?');
    const first = await client.messages.create({ model: 'sim/tool-call', max_tokens: 200, tools: [weather, clock], messages });
    assert.equal(first.stop_reason, 'tool_use');
    assert.deepEqual(
      first.content.map((b) => [b.type, b.name, b.input]),
      [
        ['tool_use', 'get_weather', { city: 'simulated' }],
        ['tool_use', 'get_time', { zone: 'simulated' }],
      ],
    );
    const second = await client.messages.create({
      model: 'sim/tool-call',
      max_tokens: 200,
      tools: [weather, clock],
      messages: [
        ...messages,
        { role: 'assistant', content: first.content },
        { role: 'user', content: first.content.map((b, i) => ({ type: 'tool_result', tool_use_id: b.id, content: i === 0 ? '7 degrees' : [{ type: 'text', text: 'noon' }] })) },
      ],
    });
    assert.equal(second.stop_reason, 'end_turn');
    assert.match(second.content[0].text, /The tool answered: noon/);
  });

  test('One call at a time, and the tool that is named', async () => {
    const client = anthropic();
    const one = await client.messages.create({ model: 'sim/tool-call', max_tokens: 200, tools: [weather, clock], tool_choice: { type: 'auto', disable_parallel_tool_use: true }, messages: say('x') });
    assert.equal(one.content.length, 1);
    const named = await client.messages.create({ model: 'sim/tool-call', max_tokens: 200, tools: [weather, clock], tool_choice: { type: 'tool', name: 'get_time' }, messages: say('x') });
    assert.deepEqual(named.content.map((b) => b.name), ['get_time']);
  });

  test('The stream helper gathers the input of tools', async () => {
    const message = await anthropic()
      .messages.stream({ model: 'sim/tool-call', max_tokens: 200, tools: [weather, clock], messages: say('x') })
      .finalMessage();
    assert.deepEqual(message.content.map((b) => b.input), [{ city: 'simulated' }, { zone: 'simulated' }]);
    assert.equal(message.stop_reason, 'tool_use');
  });
});

describe('anthropic: a provider of OpenAI’s form behind', () => {
  let upstream;
  before(async () => (upstream = await Upstream.connected()));
  after(() => upstream.close());

  test('Its reasoning is thinking, plain and streamed', async () => {
    upstream.answers(whole(JSON.stringify(completion({ choices: [{ index: 0, message: { role: 'assistant', content: 'Yes', reasoning_content: 'Hm.' }, finish_reason: 'stop' }] }))));
    const request = { model: upstream.model, max_tokens: 2_000, thinking: { type: 'enabled', budget_tokens: 1_024 }, messages: say('Sure?') };
    const { data, response } = await anthropic().messages.create(request).withResponse();
    assert.deepEqual(data.content, [{ type: 'thinking', thinking: 'Hm.', signature: '' }, { type: 'text', text: 'Yes' }]);
    assert.equal(response.headers.get('x-portico-dropped-fields'), 'thinking');

    upstream.answers(stream([delta({ role: 'assistant', reasoning_content: 'Hm.' }), delta({ content: 'Yes' }), delta({}, { finish: 'stop' })], usage));
    const message = await anthropic().messages.stream(request).finalMessage();
    assert.deepEqual(message.content.map((b) => [b.type, b.thinking ?? b.text]), [['thinking', 'Hm.'], ['text', 'Yes']]);
    assert.equal(message.usage.output_tokens, usage.completion_tokens);
  });
});

describe('anthropic: Anthropic behind', () => {
  let upstream;
  before(async () => (upstream = await Upstream.connected({ family: 'anthropic', upstreamModel: 'claude-sonnet-4-6' })));
  after(() => upstream.close());

  const start = { type: 'message_start', message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-6', content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 9, output_tokens: 1 } } };

  test('Thinking comes with its seal and goes back as it came', async () => {
    const block = { type: 'thinking', thinking: 'Two towns.', signature: 'EqQBCgIYAhIM1gbc' };
    upstream.answers(
      pieces(
        [
          start,
          { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
          { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Two towns.' } },
          { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: block.signature } },
          { type: 'content_block_stop', index: 0 },
          { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
          { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Both.' } },
          { type: 'content_block_stop', index: 1 },
          { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 20 } },
          { type: 'message_stop' },
        ].map(named),
      ),
    );
    const client = anthropic();
    const request = { model: upstream.model, max_tokens: 4_000, thinking: { type: 'enabled', budget_tokens: 2_000 }, messages: say('Which?') };
    const message = await client.messages.stream(request).finalMessage();
    assert.deepEqual(message.content[0], block);
    assert.equal(message.usage.output_tokens, 20);

    upstream.answers(whole(JSON.stringify({ ...start.message, content: [{ type: 'text', text: 'Done' }], stop_reason: 'end_turn' })));
    await client.messages.create({ ...request, messages: [...request.messages, { role: 'assistant', content: message.content }, { role: 'user', content: 'Go on' }] });
    assert.deepEqual(upstream.last.json.messages[1].content[0], block);
    assert.deepEqual(upstream.last.json.thinking, request.thinking);
    assert.equal(upstream.last.json.model, 'claude-sonnet-4-6');
  });

  test('Tokens are counted by Anthropic', async () => {
    upstream.answers(whole('{"input_tokens":2095}'));
    const { data, response } = await anthropic().messages.countTokens({ model: upstream.model, messages: say('Hello') }).withResponse();
    assert.equal(data.input_tokens, 2095);
    assert.equal(response.headers.get('x-portico-token-count'), 'provider');
    assert.equal(upstream.last.path, '/v1/messages/count_tokens');
  });

  test('Beta switches of the SDK reach it', async () => {
    upstream.answers(whole(JSON.stringify({ ...start.message, content: [{ type: 'text', text: 'Done' }], stop_reason: 'end_turn' })));
    await anthropic().beta.messages.create({ model: upstream.model, max_tokens: 10, messages: say('Hello'), betas: ['context-management-2025-06-27'] });
    assert.equal(upstream.last.headers['anthropic-beta'], 'context-management-2025-06-27');
    assert.equal(upstream.last.headers['x-api-key'], upstream.credential);
  });

  test('What it refuses is a BadRequestError in its words, what breaks it an InternalServerError', async () => {
    const client = anthropic({ maxRetries: 0 });
    upstream.answers((response) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end('{"type":"error","error":{"type":"invalid_request_error","message":"messages.1: all of them"},"request_id":"req_1"}');
    });
    const refused = await errorOf(client.messages.create({ model: upstream.model, max_tokens: 10, messages: say('x') }));
    assert.ok(refused instanceof BadRequestError);
    assert.equal(refused.type, 'invalid_request_error');
    assert.match(refused.message, /all of them/);
    upstream.answers((response) => {
      response.writeHead(529, { 'content-type': 'application/json' });
      response.end('{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}');
    });
    const overloaded = await errorOf(client.messages.create({ model: upstream.model, max_tokens: 10, messages: say('x') }));
    assert.ok(overloaded instanceof InternalServerError);
    assert.equal(overloaded.status, 529);
    assert.equal(overloaded.type, 'overloaded_error');
  });
});

describe('anthropic: errors are the classes of the SDK', () => {
  test('An unknown key is an AuthenticationError and is not tried again', async () => {
    const client = anthropic({ apiKey: 'pk_live_unknown', maxRetries: 5 });
    const e = await errorOf(ask(client));
    assert.ok(e instanceof AuthenticationError);
    assert.equal(e.type, 'authentication_error');
    assert.ok(e.requestID);
    assert.equal(client.sent.length, 1);
  });

  test('A key that works from another network is a PermissionDeniedError', async () => {
    const { secret } = await newKey('elsewhere for anthropic', { networks: ['10.20.0.0/16'] });
    assert.ok((await errorOf(ask(anthropic({ apiKey: secret })))) instanceof PermissionDeniedError);
  });

  test('An unknown model is a NotFoundError, a wrong parameter a BadRequestError', async () => {
    const client = anthropic({ maxRetries: 5 });
    const unknown = await errorOf(ask(client, { model: 'no/such' }));
    assert.ok(unknown instanceof NotFoundError);
    assert.equal(unknown.errorCode, 'model_not_found');
    for (const [more, param] of [
      [{ temperature: 3 }, 'temperature'],
      [{ messages: [] }, 'messages'],
      [{ max_tokens: 'many' }, 'max_tokens'],
      [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].role'],
    ]) {
      const e = await errorOf(ask(client, more));
      assert.ok(e instanceof BadRequestError);
      assert.equal(e.error.error.param, param);
    }
    assert.equal(client.sent.length, 5);
  });

  test('A spent budget is a RateLimitError and is not tried again', async () => {
    const made = await newKey('spent for anthropic');
    await admin('POST', '/api/budgets', { scope: 'key', scope_id: made.key.id, window: 'total', limit_usd: '0.000001' });
    const client = anthropic({ apiKey: made.secret, maxRetries: 5 });
    const e = await errorOf(ask(client));
    assert.ok(e instanceof RateLimitError);
    assert.equal(e.errorCode, 'insufficient_quota');
    assert.equal(client.sent.length, 1);
  });

  test('A provider that fails twice is tried again behind the door', async () => {
    const answer = await ask(anthropic({ maxRetries: 0 }), { model: 'sim/fail-503-twice' });
    assert.equal(answer.content[0].text, 'Hello, Portico');
  });

  test('A caller that aborts before the first output gets APIUserAbortError', async () => {
    const leave = new AbortController();
    const call = anthropic().messages.create({ model: 'sim/slow-first-output', max_tokens: 10, messages: say('never mind') }, { signal: leave.signal });
    setTimeout(() => leave.abort(), 100);
    await assert.rejects(call, APIUserAbortError);
  });
});
