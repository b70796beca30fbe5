import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { key, openai, recordOf, say, v1 } from './support/portico.mjs';

describe('openai: chat completions', () => {
  test('A client needs another base URL and key in its environment and nothing else', async () => {
    process.env.OPENAI_BASE_URL = v1;
    process.env.OPENAI_API_KEY = key;
    try {
      const answer = await new OpenAI().chat.completions.create({ model: 'sim/echo', messages: say('Hello, Portico') });
      assert.equal(answer.choices[0].message.content, 'Hello, Portico');
    } finally {
      delete process.env.OPENAI_BASE_URL;
      delete process.env.OPENAI_API_KEY;
    }
  });

  test('An answer has the shape of a chat completion', async () => {
    const answer = await openai().chat.completions.create({ model: 'sim/fixed', messages: say('Go') });
    assert.equal(answer.object, 'chat.completion');
    assert.match(answer.id, /^chatcmpl-/);
    assert.equal(answer.model, 'sim/fixed');
    assert.equal(typeof answer.created, 'number');
    assert.equal(answer.choices.length, 1);
    assert.equal(answer.choices[0].index, 0);
    assert.equal(answer.choices[0].message.role, 'assistant');
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.equal(answer.usage.completion_tokens, 30);
    assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
  });

  test('withResponse gives the headers, and x-request-id finds the record of the call with its cost', async () => {
    const { data, response, request_id } = await openai()
      .chat.completions.create({ model: 'sim/echo', messages: say('Hello, Portico') })
      .withResponse();
    assert.equal(data._request_id, request_id);
    assert.equal(response.headers.get('x-portico-model'), 'sim/echo');
    assert.equal(response.headers.get('x-portico-provider'), 'sim');
    assert.match(response.headers.get('openai-processing-ms'), /^\d+$/);
    const record = await recordOf(request_id);
    assert.equal(record.outcome, 'completed');
    assert.equal(record.requested_model, 'sim/echo');
    assert.equal(record.usage.output, data.usage.completion_tokens);
    assert.equal(record.cost_nano_usd, data.usage.prompt_tokens * 1_000 + data.usage.completion_tokens * 2_000);
    assert.equal(Number(response.headers.get('x-portico-cost-usd')), record.cost_nano_usd / 1e9);
  });

  test('asResponse gives the raw answer', async () => {
    const response = await openai().chat.completions.create({ model: 'sim/echo', messages: say('raw') }).asResponse();
    assert.equal(response.headers.get('content-type'), 'application/json');
    assert.equal((await response.json()).choices[0].message.content, 'raw');
  });

  test('Text beyond ASCII comes back as it was sent', async () => {
    const text = 'Grüße — 你好, Δt ≤ ½, 👩‍👩‍👧 "quoted" \\ \u2028 end';
    const answer = await openai().chat.completions.create({ model: 'sim/echo', messages: say(text) });
    assert.equal(answer.choices[0].message.content, text);
  });

  test('n gives as many choices', async () => {
    const answer = await openai().chat.completions.create({ model: 'sim/echo', n: 3, messages: say('thrice') });
    assert.deepEqual(
      answer.choices.map((c) => [c.index, c.message.content]),
      [0, 1, 2].map((i) => [i, 'thrice']),
    );
  });

  test('logprobs come with the answer', async () => {
    const answer = await openai().chat.completions.create({ model: 'sim/echo', logprobs: true, top_logprobs: 2, messages: say('one two') });
    const { content } = answer.choices[0].logprobs;
    assert.equal(content.map((t) => t.token).join(''), 'one two');
    assert.ok(content.every((t) => typeof t.logprob === 'number' && Array.isArray(t.top_logprobs)));
  });

  test('stop ends the answer before the sequence', async () => {
    for (const stop of ['three', ['never', 'three']]) {
      const answer = await openai().chat.completions.create({ model: 'sim/echo', stop, messages: say('one two three four') });
      assert.equal(answer.choices[0].message.content, 'one two ');
      assert.equal(answer.choices[0].finish_reason, 'stop');
    }
  });

  test('max_completion_tokens and max_tokens cap the answer', async () => {
    for (const name of ['max_completion_tokens', 'max_tokens']) {
      const answer = await openai().chat.completions.create({ model: 'sim/fixed', [name]: 5, messages: say('Go') });
      assert.equal(answer.choices[0].finish_reason, 'length');
      assert.equal(answer.usage.completion_tokens, 5);
    }
  });

  test('Every parameter that the SDK knows is taken', async () => {
    const answer = await openai().chat.completions.create({
      model: 'sim/echo',
      messages: [
        { role: 'developer', content: 'Be brief.' },
        { role: 'system', content: [{ type: 'text', text: 'Be kind.' }] },
        { role: 'user', content: 'Hello', name: 'ada' },
        { role: 'assistant', content: 'Yes?' },
        { role: 'user', content: 'All of it' },
      ],
      seed: 42,
      temperature: 0.3,
      top_p: 0.9,
      frequency_penalty: 0.5,
      presence_penalty: -0.5,
      logit_bias: { 50256: -100 },
      metadata: { purpose: 'test' },
      modalities: ['text'],
      prediction: { type: 'content', content: 'All' },
      prompt_cache_key: 'p1',
      reasoning_effort: 'low',
      safety_identifier: 's1',
      service_tier: 'auto',
      store: false,
      user: 'end-user-1',
      verbosity: 'low',
    });
    assert.equal(answer.choices[0].message.content, 'All of it');
  });

  test('The same seed and request give the same answer', async () => {
    const ask = () => openai().chat.completions.create({ model: 'sim/fixed', seed: 7, messages: say('Go') });
    const [first, second] = [await ask(), await ask()];
    assert.equal(first.choices[0].message.content, second.choices[0].message.content);
  });

  test('The end user is in the record', async () => {
    const { request_id } = await openai()
      .chat.completions.create({ model: 'sim/echo', user: 'end-user-7', messages: say('x') })
      .withResponse();
    assert.equal((await recordOf(request_id)).end_user, 'end-user-7');
  });

  test('An upstream that fails twice is hidden by retries of the server', async () => {
    const client = openai({ maxRetries: 0 });
    const { data, response } = await client.chat.completions.create({ model: 'sim/fail-503-twice', messages: say('after all') }).withResponse();
    assert.equal(data.choices[0].message.content, 'after all');
    assert.equal(response.headers.get('x-portico-attempts'), '3');
    assert.equal(client.sent.length, 1);
  });
});
