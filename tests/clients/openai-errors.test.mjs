import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from 'openai';
import { admin, key, newKey, openai, recordOf, say, simulated, v1 } from './support/portico.mjs';

const fails400 = await simulated('fail-400');
const slowChunks100 = await simulated('slow-chunks-100');

const ask = (client, more = {}) => client.chat.completions.create({ model: 'sim/echo', messages: say('Hello'), ...more });

/** The error that a call ends with; fails when it does not. */
async function errorOf(promise) {
  try {
    await promise;
  } catch (e) {
    assert.ok(e instanceof APIError, String(e));
    return e;
  }
  assert.fail('The call was answered.');
}

describe('openai: errors are the classes of the SDK', () => {
  test('An unknown key is an AuthenticationError and is not tried again', async () => {
    const client = openai({ apiKey: 'pk_live_unknown', maxRetries: 5 });
    const e = await errorOf(ask(client));
    assert.ok(e instanceof AuthenticationError);
    assert.equal(e.status, 401);
    assert.equal(e.code, 'invalid_api_key');
    assert.equal(e.type, 'authentication_error');
    assert.equal(client.sent.length, 1);
  });

  test('A key stops when it is disabled, works when enabled, and is gone when revoked', async () => {
    const made = await newKey('on and off');
    const client = openai({ apiKey: made.secret, maxRetries: 0 });
    await ask(client);
    await admin('POST', `/api/keys/${made.key.id}/disable`);
    assert.ok((await errorOf(ask(client))) instanceof AuthenticationError);
    await admin('POST', `/api/keys/${made.key.id}/enable`);
    await ask(client);
    await admin('POST', `/api/keys/${made.key.id}/revoke`);
    assert.match((await errorOf(ask(client))).message, /revoked/);
  });

  test('A key that works from another network is a PermissionDeniedError', async () => {
    const { secret } = await newKey('elsewhere', { networks: ['10.20.0.0/16'] });
    const e = await errorOf(ask(openai({ apiKey: secret })));
    assert.ok(e instanceof PermissionDeniedError);
    assert.equal(e.code, 'permission_denied');
  });

  test('An unknown model and one that the key may not use are the same NotFoundError', async () => {
    const { secret } = await newKey('echo only', { allowed_routes: ['sim/echo'] });
    const client = openai({ apiKey: secret, maxRetries: 5 });
    const unknown = await errorOf(ask(client, { model: 'no/such' }));
    const hidden = await errorOf(ask(client, { model: 'sim/fixed' }));
    for (const e of [unknown, hidden]) {
      assert.ok(e instanceof NotFoundError);
      assert.equal(e.code, 'model_not_found');
      assert.equal(e.param, 'model');
    }
    assert.equal(unknown.message.replace('no/such', 'X'), hidden.message.replace('sim/fixed', 'X'));
    assert.equal(client.sent.length, 2);
  });

  test('An address that is not there is a NotFoundError in the same shape', async () => {
    const e = await errorOf(openai().get('/nothing-here'));
    assert.ok(e instanceof NotFoundError);
    assert.equal(e.code, 'not_found');
  });

  test('A wrong parameter is a BadRequestError that names it', async () => {
    const cases = [
      [{ temperature: 9 }, 'temperature'],
      [{ n: 0 }, 'n'],
      [{ messages: [] }, 'messages'],
      [{ messages: [{ role: 'nobody', content: 'x' }] }, 'messages[0].role'],
      [{ top_logprobs: 99, logprobs: true }, 'top_logprobs'],
      [{ stream: 'yes' }, 'stream'],
      [{ max_tokens: 'many' }, 'max_tokens'],
    ];
    for (const [more, param] of cases) {
      const e = await errorOf(ask(openai(), more));
      assert.ok(e instanceof BadRequestError, `${param}: ${e.status}`);
      assert.equal(e.param, param);
      assert.equal(e.type, 'invalid_request_error');
    }
  });

  test('An input that is too long for the model is context_length_exceeded', async () => {
    const small = await simulated('echo', { context_tokens: 500, token_family: 'gpt-4o' });
    assert.equal((await ask(openai(), { model: small, messages: say('word '.repeat(100)), max_tokens: 100 })).choices.length, 1);
    const e = await errorOf(ask(openai(), { model: small, messages: say('word '.repeat(501)), max_tokens: 100 }));
    assert.ok(e instanceof BadRequestError);
    assert.equal(e.code, 'context_length_exceeded');
  });

  test('Each error has the id of its call, and the record has the error', async () => {
    const e = await errorOf(ask(openai(), { temperature: 9 }));
    assert.match(e.requestID, /^call_/);
    const record = await recordOf(e.requestID);
    assert.equal(record.outcome, 'refused');
    assert.equal(record.status, 400);
    assert.equal(record.error_code, 'invalid_request');
    assert.equal(record.cost_nano_usd, 0);
  });

  test('A body that is no JSON, and a wrong media type, have the shape that SDKs read', async () => {
    for (const [type, body, status, code] of [
      ['application/json', '{"model":', 400, 'invalid_json'],
      ['text/plain', '{}', 415, 'unsupported_media_type'],
    ]) {
      const response = await fetch(`${v1}/chat/completions`, { method: 'POST', body, headers: { authorization: `Bearer ${key}`, 'content-type': type } });
      assert.equal(response.status, status);
      const { error } = await response.json();
      assert.deepEqual(Object.keys(error).slice(0, 4), ['message', 'type', 'param', 'code']);
      assert.equal(error.code, code);
    }
  });

  test('A failing upstream is an InternalServerError that the SDK tries again', async () => {
    const client = openai({ maxRetries: 1 });
    const e = await errorOf(ask(client, { model: 'sim/fail-503' }));
    assert.ok(e instanceof InternalServerError);
    assert.ok([502, 503].includes(e.status));
    assert.equal(e.type, 'server_error');
    assert.equal(client.sent.length, 2);
  });

  test('A request that the upstream refuses is a BadRequestError and is not tried again', async () => {
    const client = openai({ maxRetries: 3 });
    const e = await errorOf(client.embeddings.create({ model: 'sim/embeddings', input: 'x', dimensions: 5_000 }));
    assert.ok(e instanceof BadRequestError);
    assert.equal(e.param, 'dimensions');
    assert.equal(client.sent.length, 1);
  });

  test('An error before the first output of a stream is an HTTP status, not an event', async () => {
    const e = await errorOf(ask(openai({ maxRetries: 0 }), { model: fails400, stream: true }));
    assert.ok(e instanceof BadRequestError, e.message);
    assert.equal(e.status, 400);
  });
});

describe('openai: limits and budgets', () => {
  const limited = async (name, limit) => {
    const made = await newKey(name);
    const meter = await admin('POST', '/api/limits', { scope: 'key', scope_id: made.key.id, ...limit });
    return { ...made, meter };
  };

  test('A limit is a RateLimitError with the time to wait and the x-ratelimit headers', async () => {
    const { secret, meter } = await limited('one a day', { unit: 'requests', window: 'day', limit: 1 });
    const client = openai({ apiKey: secret, maxRetries: 0 });
    const { response } = await ask(client).withResponse();
    assert.equal(response.headers.get('x-ratelimit-limit-requests'), '1');
    assert.equal(response.headers.get('x-ratelimit-remaining-requests'), '0');
    // Over midnight the window is a new one: then the next call is refused.
    const e = await errorOf(ask(client).then(() => ask(client)));
    assert.ok(e instanceof RateLimitError);
    assert.equal(e.code, 'rate_limit_exceeded');
    assert.equal(e.type, 'rate_limit_error');
    const seconds = e.error.details.retry_after_seconds;
    assert.ok(seconds >= 1 && seconds <= 86_400, `${seconds} seconds`);
    // A wait of more than a minute is not in the header: some SDKs sleep for as long as it says.
    assert.equal(e.headers.get('retry-after'), seconds > 60 ? null : String(seconds));
    assert.equal(e.error.details.meter, meter.id);
    assert.equal((await recordOf(e.requestID)).outcome, 'refused');
  });

  test('A limit that is long until free is told at once: the SDK does not sleep for hours', { timeout: 20_000 }, async () => {
    const { secret } = await limited('one in this month', { unit: 'requests', window: 'month', limit: 1 });
    const client = openai({ apiKey: secret });
    await ask(client);
    client.sent.length = 0;
    const begun = Date.now();
    const leave = AbortSignal.timeout(8_000);
    const e = await errorOf(client.chat.completions.create({ model: 'sim/echo', messages: say('x') }, { signal: leave }));
    assert.ok(e instanceof RateLimitError, `${e.constructor.name} after ${Date.now() - begun} ms`);
    assert.equal(client.sent.length, 1);
    assert.equal(e.headers.get('x-should-retry'), 'false');
  });

  test('The SDK waits for retry-after and then gets through', async () => {
    const { secret } = await limited('one at once', { unit: 'concurrent_calls', window: 'total', limit: 1 });
    const leave = new AbortController();
    const holder = openai({ apiKey: secret });
    const stream = await holder.chat.completions.create(
      { model: slowChunks100, stream: true, messages: say('word '.repeat(300)) },
      { signal: leave.signal },
    );
    const reader = stream[Symbol.asyncIterator]();
    await reader.next();
    const client = openai({ apiKey: secret, maxRetries: 5 });
    const answer = ask(client);
    // Once it was refused the first call ends.
    while (client.sent.length === 0) await new Promise((r) => setTimeout(r, 10));
    await new Promise((r) => setTimeout(r, 300));
    leave.abort();
    assert.equal((await answer).choices[0].message.content, 'Hello');
    assert.ok(client.sent.length >= 2, 'the first try was refused');
    assert.ok(client.sent[1].at - client.sent[0].at >= 950, 'retry-after of a second was honoured');
  });

  test('A token limit counts tokens', async () => {
    const { secret } = await limited('few tokens', { unit: 'tokens', window: 'day', limit: 60 });
    const client = openai({ apiKey: secret, maxRetries: 0 });
    const { response } = await ask(client, { max_tokens: 20 }).withResponse();
    assert.equal(response.headers.get('x-ratelimit-limit-tokens'), '60');
    assert.ok(Number(response.headers.get('x-ratelimit-remaining-tokens')) < 60);
    const e = await errorOf(ask(client, { max_tokens: 200 }));
    assert.ok(e instanceof RateLimitError);
    assert.equal(e.error.details.unit, 'tokens');
  });

  test('A budget that does not cover the call is insufficient_quota, said once and not tried again', async () => {
    const made = await newKey('poor');
    await admin('POST', '/api/budgets', { scope: 'key', scope_id: made.key.id, window: 'total', limit_usd: '0.0001' });
    const client = openai({ apiKey: made.secret, maxRetries: 5 });
    const e = await errorOf(ask(client, { max_tokens: 1_000 }));
    assert.ok(e instanceof RateLimitError);
    assert.equal(e.status, 429);
    assert.equal(e.code, 'insufficient_quota');
    assert.equal(e.type, 'insufficient_quota');
    assert.equal(e.headers.get('x-should-retry'), 'false');
    assert.equal(e.headers.get('retry-after'), null);
    assert.equal(client.sent.length, 1);
    const record = await recordOf(e.requestID);
    assert.equal(record.outcome, 'refused');
    assert.equal(record.attempts.length, 0, 'no upstream was contacted');
  });

  test('A budget is spent by calls until it is exhausted', async () => {
    const made = await newKey('soon poor');
    // 60 tokens of output at most are 120,000 nano-USD and the input a few thousand: two calls fit, a third one does not.
    await admin('POST', '/api/budgets', { scope: 'key', scope_id: made.key.id, window: 'total', limit_usd: '0.0002' });
    const client = openai({ apiKey: made.secret, maxRetries: 5 });
    let answered = 0;
    const e = await errorOf(
      (async () => {
        for (; answered < 10; answered++) await ask(client, { model: 'sim/fixed', max_tokens: 60 });
      })(),
    );
    assert.equal(e.code, 'insufficient_quota');
    assert.ok(answered >= 1 && answered < 10, `${answered} calls were answered`);
    const { items } = await admin('GET', '/api/budgets');
    const count = items.find((b) => b.meter.scope_id === made.key.id).counts[0];
    assert.equal(count.held, 0);
    assert.ok(count.spent > 0 && count.spent <= 200_000);
  });
});
