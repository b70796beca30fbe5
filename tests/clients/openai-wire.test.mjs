// What the simulated models cannot show: a scripted upstream says exactly this, and what it received is compared with what the SDK sent.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { APIError, BadRequestError, InternalServerError, RateLimitError } from 'openai';
import { key, newKey, openai, recordOf, say, v1 } from './support/portico.mjs';
import { Upstream, chunk, choice, completion, delta, event, failing, pieces, stream, usage, whole } from './support/upstream.mjs';

let upstream;
before(async () => (upstream = await Upstream.connected()));
after(() => upstream.close());

const ask = (more = {}, client = openai({ maxRetries: 0 })) =>
  client.chat.completions.create({ model: upstream.model, messages: say('Hello'), ...more });

/** Sends a body as it stands and gives the answer as it stands. */
async function raw(body) {
  const response = await fetch(`${v1}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body,
  });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

describe('openai: bytes to and from an upstream of the same kind', () => {
  test('The request reaches the upstream byte for byte, with its own name of the model', async () => {
    upstream.answers(whole(JSON.stringify(completion())));
    const body = (name) =>
      `{ "vendor_knob" : {"a":[1, 2.50, 1E3, 12345678901234567890, -0.0]},\n\t"model":${JSON.stringify(name)} ,"messages":[{"content":"caf\\u00e9 \\/ ☕ \\ud83d\\ude00","role":"user","x_cache":{"ttl":"5m"}}],"temperature":1.0,"max_tokens": 50,"zzz":null }`;
    const { response } = await raw(body(upstream.model));
    assert.equal(response.status, 200);
    assert.equal(upstream.last.text, body('upstream-model'));
    assert.equal(upstream.last.path, '/v1/chat/completions');
  });

  test('The answer reaches the caller byte for byte, members that nobody knows included', async () => {
    const text = ` {"id":"x","object":"chat.completion","created":1,"model":"upstream-model","vendor":{"n":12345678901234567890,"f":1.10,"t":"caf\\u00e9"},\n"choices":[{"index":0,"message":{"role":"assistant","content":"Hi","annotations":[{"type":"url_citation","url_citation":{"url":"https://example.com","title":"t","start_index":0,"end_index":2}}],"reasoning_content":"Because."},"finish_reason":"stop","matched_stop":7}],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18,"vendor_units":3.5}}\n`;
    upstream.answers(whole(text));
    const { bytes } = await raw(JSON.stringify({ model: upstream.model, messages: say('Hello') }));
    assert.equal(bytes.toString(), text);
  });

  test('The chunks of a stream reach the caller as they were sent', async () => {
    const sent = [
      'data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"upstream-model","choices":[{"index":0,"delta":{"role":"assistant","reasoning_content":"Well\\u2026"},"finish_reason":null}],"p":"obfuscation"}\n\n',
      'data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"upstream-model","choices":[{"index":0,"delta":{"content":"Hi","vendor":1.50},"logprobs":null,"finish_reason":null}]}\n\n',
      'data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"upstream-model","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
      'data: [DONE]\n\n',
    ];
    upstream.answers(pieces(sent));
    const { bytes } = await raw(JSON.stringify({ model: upstream.model, stream: true, messages: say('Hello') }));
    assert.equal(bytes.toString(), sent.join(''));
  });

  test('Fields that the SDK does not know are passed on', async () => {
    upstream.answers(whole(JSON.stringify(completion())));
    await ask({ guided_regex: '[a-z]+', chat_template_kwargs: { thinking: false }, top_k: 40, min_p: 0.05 });
    const { guided_regex, chat_template_kwargs, top_k, min_p } = upstream.last.json;
    assert.deepEqual({ guided_regex, chat_template_kwargs, top_k, min_p }, { guided_regex: '[a-z]+', chat_template_kwargs: { thinking: false }, top_k: 40, min_p: 0.05 });
  });

  test('Every parameter of the SDK reaches the upstream unchanged', async () => {
    upstream.answers(whole(JSON.stringify(completion())));
    const client = openai({ maxRetries: 0 });
    await ask(
      {
        seed: 9007199254740991,
        stop: ['a', 'b'],
        n: 1,
        temperature: 0.3,
        top_p: 0.9,
        frequency_penalty: 0.5,
        presence_penalty: -0.5,
        logit_bias: { 50256: -100 },
        metadata: { purpose: 'test' },
        reasoning_effort: 'low',
        service_tier: 'flex',
        store: false,
        user: 'end-user-1',
        verbosity: 'low',
        max_completion_tokens: 77,
        web_search_options: { search_context_size: 'low' },
      },
      client,
    );
    assert.deepEqual(upstream.last.json, { ...JSON.parse(client.sent[0].init.body), model: 'upstream-model' });
  });

  test('The upstream sees the credential of its connection and nothing of the caller', async () => {
    upstream.answers(whole(JSON.stringify(completion())));
    await ask({}, openai({ maxRetries: 0, organization: 'org-of-the-caller', project: 'proj-of-the-caller', defaultHeaders: { 'x-secret-of-mine': 'abc', cookie: 'session=1' } }));
    const { headers } = upstream.last;
    assert.equal(headers.authorization, `Bearer ${upstream.credential}`);
    const text = JSON.stringify(headers);
    for (const word of [key, 'of-the-caller', 'x-secret-of-mine', 'session=1', 'x-stainless']) assert.ok(!text.includes(word), `${word} went upstream`);
  });
});

describe('openai: answers of an upstream', () => {
  test('Images, audio and files in a message are forwarded untouched', async () => {
    upstream.answers(whole(JSON.stringify(completion())));
    const content = [
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: 'https://example.com/cat.png', detail: 'high' } },
      {
        type: 'image_url',
        image_url: { url: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==' },
      },
      { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'wav' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERg==' } },
    ];
    const answer = await ask({ messages: [{ role: 'user', content }] });
    assert.equal(answer.choices[0].message.content, 'Hello');
    assert.deepEqual(upstream.last.json.messages, [{ role: 'user', content }]);
  });

  test('n choices with logprobs are seen as the upstream gave them', async () => {
    const logprobs = {
      content: [
        { token: 'Hé', logprob: -0.0001234, bytes: [72, 195, 169], top_logprobs: [{ token: 'Hé', logprob: -0.0001234, bytes: [72, 195, 169] }, { token: 'He', logprob: -9.5, bytes: [72, 101] }] },
        { token: '\\xf0', logprob: -1, bytes: [240], top_logprobs: [] },
      ],
      refusal: null,
    };
    const choices = [0, 1, 2].map((index) => choice({ content: `Answer ${index}` }, { index, logprobs, finish: index === 2 ? 'length' : 'stop' }));
    upstream.answers(whole(JSON.stringify(completion({ choices }))));
    const answer = await ask({ n: 3, logprobs: true, top_logprobs: 2 });
    assert.deepEqual(answer.choices, choices);
    assert.equal(upstream.last.json.n, 3);
    assert.equal(upstream.last.json.logprobs, true);
    assert.equal(upstream.last.json.top_logprobs, 2);
  });

  test('Streamed logprobs, refusals and choices are folded by the stream helper', async () => {
    const lp = (token) => ({ content: [{ token, logprob: -0.5, bytes: [...Buffer.from(token)], top_logprobs: [] }], refusal: null });
    upstream.answers(
      stream([
        delta({ role: 'assistant', content: '' }),
        delta({ role: 'assistant', content: '' }, { index: 1 }),
        delta({ content: 'A' }, { logprobs: lp('A') }),
        delta({ refusal: 'I cannot' }, { index: 1 }),
        delta({ content: 'B' }, { logprobs: lp('B') }),
        delta({ refusal: ' do that.' }, { index: 1 }),
        delta({}, { finish: 'stop' }),
        delta({}, { index: 1, finish: 'stop' }),
      ]),
    );
    const final = await openai()
      .chat.completions.stream({ model: upstream.model, n: 2, logprobs: true, messages: say('Hello') })
      .finalChatCompletion();
    assert.equal(final.choices[0].message.content, 'AB');
    assert.deepEqual(
      final.choices[0].logprobs.content.map((t) => t.token),
      ['A', 'B'],
    );
    assert.equal(final.choices[1].message.refusal, 'I cannot do that.');
  });

  test('Interleaved fragments of parallel tool calls are folded by their index', async () => {
    const call = (index, more) => delta({ tool_calls: [{ index, ...more }] });
    upstream.answers(
      stream([
        delta({ role: 'assistant', content: null }),
        call(0, { id: 'call_a', type: 'function', function: { name: 'first', arguments: '' } }),
        call(1, { id: 'call_b', type: 'function', function: { name: 'second', arguments: '' } }),
        call(0, { function: { arguments: '{"x":' } }),
        call(1, { function: { arguments: '{"y":"é' } }),
        call(0, { function: { arguments: '1}' } }),
        call(1, { function: { arguments: '"}' } }),
        delta({}, { finish: 'tool_calls' }),
      ]),
    );
    const tool = (name) => ({ type: 'function', function: { name, parameters: { type: 'object' } } });
    const final = await openai()
      .chat.completions.stream({ model: upstream.model, tools: [tool('first'), tool('second')], messages: say('Both') })
      .finalChatCompletion();
    assert.deepEqual(
      final.choices[0].message.tool_calls.map((c) => [c.id, c.function.name, JSON.parse(c.function.arguments)]),
      [
        ['call_a', 'first', { x: 1 }],
        ['call_b', 'second', { y: 'é' }],
      ],
    );
    assert.deepEqual(
      upstream.last.json.tools.map((t) => t.function.name),
      ['first', 'second'],
    );
  });

  test('A schema in response_format reaches the upstream unchanged', async () => {
    const response_format = {
      type: 'json_schema',
      json_schema: { name: 'x', strict: true, description: 'd', schema: { $defs: { a: { type: 'string', pattern: '^\\d+$' } }, type: 'object', properties: { b: { $ref: '#/$defs/a' } } } },
    };
    upstream.answers(whole(JSON.stringify(completion({ choices: [choice({ content: '{"b":"1"}' })] }))));
    await ask({ response_format });
    assert.deepEqual(upstream.last.json.response_format, response_format);
  });

  test('Usage of a stream is asked of the upstream always, told to who asked, and billed', async () => {
    const details = { ...usage, prompt_tokens_details: { cached_tokens: 4 }, completion_tokens_details: { reasoning_tokens: 2 } };
    const words = [delta({ role: 'assistant', content: 'Hi' }), delta({}, { finish: 'stop' })];
    for (const asked of [false, true]) {
      upstream.answers(stream(words, details));
      const { data, request_id } = await ask({ stream: true, ...(asked && { stream_options: { include_usage: true } }) }).withResponse();
      const seen = [];
      for await (const c of data) if (c.usage) seen.push(c.usage);
      assert.deepEqual(seen, asked ? [details] : []);
      assert.equal(upstream.last.json.stream_options.include_usage, true);
      const record = await recordOf(request_id);
      assert.equal(record.usage.input, 7);
      assert.equal(record.usage.cache_read, 4);
      assert.equal(record.usage.output, 5);
      assert.equal(record.usage.reasoning, 2);
      assert.equal(record.cost_nano_usd, 7 * 1_000 + 4 * 500 + 5 * 2_000 + 2 * 2_000);
    }
  });

  test('Other options of the stream are kept when usage is asked for', async () => {
    upstream.answers(stream([delta({ role: 'assistant', content: 'Hi' }), delta({}, { finish: 'stop' })], usage));
    for await (const c of await ask({ stream: true, stream_options: { include_obfuscation: false } })) assert.ok(!c.usage);
    assert.deepEqual(upstream.last.json.stream_options, { include_usage: true, include_obfuscation: false });
  });

  test('A stream in CRLF, with comments, in pieces that split characters, is read by the SDK', async () => {
    const text = 'Grüße 👩‍👩‍👧 你好';
    const bytes = Buffer.from(
      [': keep-alive\n\n', event(delta({ role: 'assistant', content: text })), event(delta({}, { finish: 'stop' })), 'data: [DONE]\n\n'].join('').replaceAll('\n', '\r\n'),
    );
    const parts = [];
    for (let i = 0; i < bytes.length; i += 3) parts.push(bytes.subarray(i, i + 3));
    upstream.answers(pieces(parts));
    let read = '';
    for await (const c of await ask({ stream: true })) read += c.choices[0]?.delta.content ?? '';
    assert.equal(read, text);
  });
});

describe('openai: failures of an upstream', () => {
  test('What the upstream says of a bad request is told in its own words', async () => {
    upstream.answers(failing(400, { message: 'Unsupported value: logit_bias.', type: 'invalid_request_error', param: 'logit_bias', code: 'unsupported_value' }));
    const e = await ask().catch((e) => e);
    assert.ok(e instanceof BadRequestError);
    assert.deepEqual([e.code, e.param, e.type], ['unsupported_value', 'logit_bias', 'invalid_request_error']);
    assert.match(e.message, /Unsupported value: logit_bias\./);
    assert.equal(upstream.received.length, 1);
  });

  test('The limit of an upstream is a RateLimitError with its retry-after', async () => {
    const other = await Upstream.connected();
    try {
      other.answers(failing(429, { message: 'Slow down.', type: 'requests', param: null, code: 'rate_limit_exceeded' }, { 'retry-after': '7' }));
      const e = await openai({ maxRetries: 0 })
        .chat.completions.create({ model: other.model, messages: say('x') })
        .catch((e) => e);
      assert.ok(e instanceof RateLimitError, String(e));
      assert.equal(e.code, 'upstream_rate_limited');
      assert.ok(Number(e.headers.get('retry-after')) >= 1 && Number(e.headers.get('retry-after')) <= 7);
    } finally {
      other.close();
    }
  });

  test('A refused credential of the connection is not the fault of the caller, is not tried again and is not shown', async () => {
    const other = await Upstream.connected();
    try {
      other.answers((response, request) =>
        failing(401, { message: `Incorrect API key provided: ${other.credential}`, type: 'invalid_request_error', param: null, code: 'invalid_api_key' })(response, request),
      );
      const client = openai({ maxRetries: 3 });
      const e = await client.chat.completions.create({ model: other.model, messages: say('x') }).catch((e) => e);
      assert.ok(e instanceof InternalServerError, String(e));
      assert.equal(e.code, 'upstream_credential');
      assert.equal(client.sent.length, 1);
      assert.ok(!JSON.stringify(e.error).includes(other.credential));
      assert.ok(!JSON.stringify(await recordOf(e.requestID)).includes(other.credential));
    } finally {
      other.close();
    }
  });

  test('A connection that breaks in a stream is an APIError, and what was given is billed', async () => {
    const other = await Upstream.connected();
    try {
      other.answers(pieces([event(delta({ role: 'assistant', content: 'Half of' })), event(delta({ content: ' the answer' }))], { drop: true }));
      const { data, request_id } = await openai({ maxRetries: 0 })
        .chat.completions.create({ model: other.model, stream: true, messages: say('x') })
        .withResponse();
      let text = '';
      await assert.rejects(async () => {
        for await (const c of data) text += c.choices[0].delta.content ?? '';
      }, (e) => e instanceof APIError && e.code === 'upstream_cut');
      assert.equal(text, 'Half of the answer');
      const record = await recordOf(request_id);
      assert.equal(record.outcome, 'failed');
      assert.ok(record.usage.output > 0 && record.cost_nano_usd > 0);
    } finally {
      other.close();
    }
  });

  test('A stream that ends without its terminator and without a finish reason is an APIError', async () => {
    const other = await Upstream.connected();
    try {
      other.answers(pieces([event(delta({ role: 'assistant', content: 'Half' }))]));
      const data = await openai({ maxRetries: 0 }).chat.completions.create({ model: other.model, stream: true, messages: say('x') });
      await assert.rejects(async () => {
        for await (const c of data) assert.ok(c);
      }, APIError);
    } finally {
      other.close();
    }
  });

  test('An error that an upstream sends within its stream is an APIError', async () => {
    const other = await Upstream.connected();
    try {
      other.answers(
        pieces([event(delta({ role: 'assistant', content: 'Half' })), event({ error: { message: 'The server had an error.', type: 'server_error', param: null, code: null } }), 'data: [DONE]\n\n']),
      );
      const data = await openai({ maxRetries: 0 }).chat.completions.create({ model: other.model, stream: true, messages: say('x') });
      await assert.rejects(async () => {
        for await (const c of data) assert.ok(c);
      }, APIError);
    } finally {
      other.close();
    }
  });

  test('A failure before the first output is tried again at once and unseen', async () => {
    const other = await Upstream.connected();
    try {
      other.answers(failing(500, { message: 'Oops.', type: 'server_error', param: null, code: null }), whole(JSON.stringify(completion())));
      const client = openai({ maxRetries: 0 });
      const { data, response, request_id } = await client.chat.completions.create({ model: other.model, messages: say('x') }).withResponse();
      assert.equal(data.choices[0].message.content, 'Hello');
      assert.equal(response.headers.get('x-portico-attempts'), '2');
      assert.equal(other.received.length, 2);
      const record = await recordOf(request_id);
      assert.deepEqual(
        record.attempts.map((a) => [a.number, a.outcome, a.status]),
        [
          [1, 'failed', 500],
          [2, 'completed', 200],
        ],
      );
    } finally {
      other.close();
    }
  });

  test('Embeddings of an upstream come back byte for byte', async () => {
    const text = `{"object":"list","data":[{"object":"embedding","index":0,"embedding":"AACAPwAAAEA="}],"model":"upstream-model","usage":{"prompt_tokens":2,"total_tokens":2},"vendor":1.0}`;
    upstream.answers(whole(text));
    const { secret } = await newKey('embeddings');
    const client = openai({ apiKey: secret, maxRetries: 0 });
    const answer = await client.embeddings.create({ model: upstream.model, input: ['x'], dimensions: 2, vendor_input_type: 'query' });
    assert.deepEqual(Array.from(answer.data[0].embedding), [1, 2]);
    assert.deepEqual(upstream.last.json, { model: 'upstream-model', input: ['x'], dimensions: 2, vendor_input_type: 'query', encoding_format: 'base64' });
    assert.equal(upstream.last.path, '/v1/embeddings');
  });

  test('A chunk without choices and an empty delta do no harm', async () => {
    upstream.answers(stream([chunk({ choices: [] }), delta({ role: 'assistant', content: '' }), delta({}), delta({ content: 'ok' }), delta({}, { finish: 'stop' })]));
    let text = '';
    for await (const c of await ask({ stream: true })) text += c.choices[0]?.delta.content ?? '';
    assert.equal(text, 'ok');
  });
});
