// The message batches of the official Anthropic SDK with another base URL and key, and nothing else.
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import Anthropic, { BadRequestError, ConflictError, NotFoundError } from '@anthropic-ai/sdk';
import { admin, anthropic, recordOf, say } from './support/portico.mjs';

const request = (custom_id, model = 'sim/echo') => ({ custom_id, params: { model, max_tokens: 50, messages: say(`I am ${custom_id}`) } });

async function untilEnded(client, id) {
  for (const end = Date.now() + 20_000; ; ) {
    const batch = await client.messages.batches.retrieve(id);
    if (batch.processing_status === 'ended') return batch;
    if (Date.now() > end) throw new Error(`${id} is still ${batch.processing_status}`);
    await wait(50);
  }
}

async function resultsOf(client, id) {
  const found = new Map();
  for await (const { custom_id, result } of await client.messages.batches.results(id)) found.set(custom_id, result);
  return found;
}

describe('anthropic: message batches', () => {
  test('A batch is made, awaited, and its results are read', async () => {
    const client = anthropic();
    const made = await client.messages.batches.create({ requests: [request('a'), request('b'), request('c', 'no/such-model')] });
    assert.equal(made.type, 'message_batch');
    assert.equal(made.processing_status, 'in_progress');
    assert.equal(made.request_counts.processing, 3);
    await assert.rejects(client.messages.batches.delete('msgbatch_none'), NotFoundError);
    const batch = await untilEnded(client, made.id);
    assert.deepEqual(batch.request_counts, { processing: 0, succeeded: 2, errored: 1, canceled: 0, expired: 0 });
    const results = await resultsOf(client, made.id);
    assert.deepEqual([...results.keys()].sort(), ['a', 'b', 'c']);
    for (const name of ['a', 'b']) {
      const { type, message } = results.get(name);
      assert.equal(type, 'succeeded');
      assert.deepEqual(message.content, [{ type: 'text', text: `I am ${name}` }]);
    }
    const { type, error } = results.get('c');
    assert.equal(type, 'errored');
    assert.equal(error.error.type, 'not_found_error');
    assert.equal((await recordOf(error.request_id)).parent_id, made.id);
    assert.equal((await admin('GET', `/api/batches/${made.id}`)).lines.completed, 2);

    assert.equal((await client.messages.batches.delete(made.id)).type, 'message_batch_deleted');
    await assert.rejects(client.messages.batches.retrieve(made.id), NotFoundError);
  });

  test('The beta client has them too', async () => {
    const client = anthropic();
    const { id } = await client.beta.messages.batches.create({ requests: [request('a')] });
    await untilEnded(client, id);
    for await (const { result } of await client.beta.messages.batches.results(id)) assert.equal(result.type, 'succeeded');
  });

  test('Batches are listed, page by page', async () => {
    const client = anthropic();
    const made = [];
    for (let i = 0; i < 3; i++) made.unshift((await client.messages.batches.create({ requests: [request('a')] })).id);
    const seen = [];
    for await (const { id } of client.messages.batches.list({ limit: 1 })) seen.push(id);
    assert.deepEqual(seen.slice(0, 3), made);
    const before = await client.messages.batches.list({ before_id: made[2], limit: 2 });
    assert.deepEqual(before.data.map((b) => b.id), made.slice(0, 2));
  });

  test('A batch is canceled, and its results name what was not asked', async () => {
    const client = anthropic();
    const requests = Array.from({ length: 200 }, (_, i) => request(`r${i}`, 'sim/slow-first-output'));
    const { id } = await client.messages.batches.create({ requests });
    await assert.rejects(client.messages.batches.results(id), Anthropic.AnthropicError);
    await assert.rejects(client.messages.batches.delete(id), ConflictError);
    assert.equal((await client.messages.batches.cancel(id)).processing_status, 'canceling');
    const { request_counts: counts, cancel_initiated_at } = await untilEnded(client, id);
    assert.ok(cancel_initiated_at);
    assert.ok(counts.canceled > 0);
    assert.equal(counts.canceled + counts.succeeded, 200);
    const results = [...(await resultsOf(client, id)).values()];
    assert.equal(results.length, 200);
    assert.equal(results.filter((r) => r.type === 'canceled').length, counts.canceled);
  });

  test('Requests that are wrong are a BadRequestError that names them', async () => {
    const client = anthropic();
    await assert.rejects(
      client.messages.batches.create({ requests: [request('a'), request('a'), { custom_id: 'b' }] }),
      (e) => e instanceof BadRequestError && /requests\.1\.custom_id: .* requests\.2\.params: /.test(e.message),
    );
    await assert.rejects(client.messages.batches.create({ requests: [] }), BadRequestError);
    await assert.rejects(client.messages.batches.create({}), BadRequestError);
  });
});
