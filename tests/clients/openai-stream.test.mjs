import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { APIError, APIUserAbortError } from 'openai';
import { openai, recordOf, say, simulated } from './support/portico.mjs';

const slowChunks50 = await simulated('slow-chunks-50');
const slowChunks60 = await simulated('slow-chunks-60');
const slowFirstOutput5000 = await simulated('slow-first-output-5000');

/** Reads a stream to its end: all chunks and the text of the first choice. */
async function read(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return { chunks, text: textOf(chunks, 0) };
}

const textOf = (chunks, index) =>
  chunks
    .flatMap((c) => c.choices)
    .filter((c) => c.index === index)
    .map((c) => c.delta.content ?? '')
    .join('');

describe('openai: streaming', () => {
  test('A stream carries the role first, then the text, then one finish reason', async () => {
    const { chunks, text } = await read(
      await openai().chat.completions.create({ model: 'sim/echo', stream: true, messages: say('Hello, streaming Portico') }),
    );
    assert.equal(text, 'Hello, streaming Portico');
    assert.ok(chunks.length > 3);
    assert.ok(chunks.every((c) => c.object === 'chat.completion.chunk' && c.id === chunks[0].id && c.model === 'sim/echo'));
    const choices = chunks.flatMap((c) => c.choices);
    assert.deepEqual(
      choices.map((c) => c.delta.role).filter(Boolean),
      ['assistant'],
    );
    assert.equal(choices[0].delta.role, 'assistant');
    assert.deepEqual(
      choices.map((c) => c.finish_reason).filter(Boolean),
      ['stop'],
    );
    assert.equal(choices.at(-1).finish_reason, 'stop');
  });

  test('Usage is told only to who asked for it', async () => {
    const client = openai();
    const without = await read(await client.chat.completions.create({ model: 'sim/fixed', stream: true, messages: say('Go') }));
    assert.ok(without.chunks.every((c) => !c.usage && c.choices.length === 1));
    const asked = await read(
      await client.chat.completions.create({ model: 'sim/fixed', stream: true, stream_options: { include_usage: true }, messages: say('Go') }),
    );
    const last = asked.chunks.pop();
    assert.deepEqual(last.choices, []);
    assert.equal(last.usage.completion_tokens, 30);
    assert.ok(asked.chunks.every((c) => c.usage === null));
  });

  test('A stream is recorded with its cost, found by the id in its headers', async () => {
    const { data, response, request_id } = await openai()
      .chat.completions.create({ model: 'sim/fixed', stream: true, messages: say('Go') })
      .withResponse();
    assert.match(response.headers.get('content-type'), /^text\/event-stream/);
    assert.equal(response.headers.get('cache-control'), 'no-cache');
    await read(data);
    const record = await recordOf(request_id);
    assert.equal(record.outcome, 'completed');
    assert.equal(record.stream, true);
    assert.equal(record.usage.output, 30);
    assert.ok(record.cost_nano_usd >= 30 * 2_000);
    assert.ok(record.first_output_us > 0);
  });

  test('Choices of n are told apart by their index', async () => {
    const { chunks } = await read(await openai().chat.completions.create({ model: 'sim/echo', n: 2, stream: true, messages: say('both of us') }));
    assert.equal(textOf(chunks, 0), 'both of us');
    assert.equal(textOf(chunks, 1), 'both of us');
    assert.equal(chunks.flatMap((c) => c.choices).filter((c) => c.finish_reason === 'stop').length, 2);
  });

  test('Words arrive as they are made, not at the end', async () => {
    const stream = await openai().chat.completions.create({ model: slowChunks60, stream: true, messages: say('one two three four five six') });
    const times = [];
    for await (const chunk of stream) if (chunk.choices[0].delta.content) times.push(performance.now());
    assert.ok(times.length >= 6);
    assert.ok(times.at(-1) - times[0] > 200, `all words came within ${times.at(-1) - times[0]} ms`);
  });

  test('Text beyond ASCII survives the stream', async () => {
    const said = 'Grüße 你好 👩‍👩‍👧 ½ — '.repeat(20);
    const { text } = await read(await openai().chat.completions.create({ model: 'sim/echo', stream: true, messages: say(said) }));
    assert.equal(text, said);
  });

  test('The stream helper folds text and usage into one completion', async () => {
    const seen = { content: 0, chunk: 0 };
    const runner = openai()
      .chat.completions.stream({ model: 'sim/echo', stream_options: { include_usage: true }, messages: say('fold me, please') })
      .on('content', () => seen.content++)
      .on('chunk', () => seen.chunk++);
    const final = await runner.finalChatCompletion();
    assert.equal(final.choices[0].message.content, 'fold me, please');
    assert.equal(final.choices[0].finish_reason, 'stop');
    assert.equal(await runner.finalContent(), 'fold me, please');
    assert.equal((await runner.totalUsage()).completion_tokens, final.usage.completion_tokens);
    assert.ok(seen.content > 1 && seen.chunk > seen.content);
  });

  test('toReadableStream and tee work on the stream', async () => {
    const stream = await openai().chat.completions.create({ model: 'sim/echo', stream: true, messages: say('two readers') });
    const [left, right] = stream.tee();
    assert.equal((await read(left)).text, 'two readers');
    let lines = '';
    for await (const part of right.toReadableStream()) lines += Buffer.from(part).toString();
    assert.equal(textOf(lines.trim().split('\n').map((l) => JSON.parse(l)), 0), 'two readers');
  });

  test('An error after content is an APIError of the iterator, and what came before it was given', async () => {
    const { data, request_id } = await openai()
      .chat.completions.create({ model: 'sim/error-after-10', stream: true, messages: say('w '.repeat(40)) })
      .withResponse();
    const chunks = [];
    const error = await assert.rejects(
      async () => {
        for await (const chunk of data) chunks.push(chunk);
      },
      (e) => e instanceof APIError && e.code === 'upstream_failed' && e.type === 'server_error',
    );
    assert.equal(error, undefined);
    assert.ok(textOf(chunks, 0).length > 0);
    assert.ok(chunks.flatMap((c) => c.choices).every((c) => c.finish_reason === null));
    const record = await recordOf(request_id);
    assert.equal(record.outcome, 'failed');
    assert.equal(record.error_code, 'upstream_failed');
    assert.ok(record.usage.output > 0, 'what was given is counted');
    assert.ok(record.cost_nano_usd > 0, 'what was given is billed');
  });

  test('A stream that the upstream cuts is never a quiet end', async () => {
    const stream = await openai().chat.completions.create({ model: 'sim/cut-after-10', stream: true, messages: say('w '.repeat(40)) });
    await assert.rejects(
      () => read(stream),
      (e) => e instanceof APIError && e.code === 'upstream_cut',
    );
  });

  test('The stream helper fails too when the upstream cuts', async () => {
    const runner = openai().chat.completions.stream({ model: 'sim/cut-after-10', messages: say('w '.repeat(40)) });
    await assert.rejects(() => runner.finalContent(), APIError);
  });

  test('A caller that aborts in the middle is recorded as abandoned and billed for what it got', async () => {
    const leave = new AbortController();
    const { data, request_id } = await openai()
      .chat.completions.create({ model: slowChunks50, stream: true, messages: say('word '.repeat(400)) }, { signal: leave.signal })
      .withResponse();
    let words = 0;
    for await (const chunk of data) {
      if (chunk.choices[0]?.delta.content && ++words === 3) leave.abort();
    }
    const record = await recordOf(request_id);
    assert.equal(record.outcome, 'abandoned');
    assert.ok(record.usage.output >= 3, `three words were given, ${record.usage.output} counted`);
    assert.ok(record.usage.output < 400, 'the upstream was stopped');
    assert.ok(record.usage.input > 0);
    assert.ok(record.cost_nano_usd > 0);
    assert.equal(record.attempts.length, 1);
    assert.equal(record.attempts[0].outcome, 'abandoned');
  });

  test('Leaving the loop leaves the call', async () => {
    const { data, request_id } = await openai()
      .chat.completions.create({ model: slowChunks50, stream: true, messages: say('word '.repeat(400)) })
      .withResponse();
    for await (const chunk of data) if (chunk.choices[0]?.delta.content) break;
    assert.equal((await recordOf(request_id)).outcome, 'abandoned');
  });

  test('A caller that aborts before the first output gets APIUserAbortError, and the call is recorded as abandoned', async () => {
    const leave = new AbortController();
    const client = openai();
    const call = client.chat.completions.create({ model: slowFirstOutput5000, messages: say('never mind') }, { signal: leave.signal });
    setTimeout(() => leave.abort(), 200);
    await assert.rejects(call, APIUserAbortError);
    assert.equal(client.sent.length, 1);
  });

  test('The time-out of the client is its own error', async () => {
    const client = openai({ timeout: 200, maxRetries: 0 });
    await assert.rejects(
      client.chat.completions.create({ model: slowFirstOutput5000, messages: say('too slow') }),
      (e) => e.constructor.name === 'APIConnectionTimeoutError',
    );
  });
});
