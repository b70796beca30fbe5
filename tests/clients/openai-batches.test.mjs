import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import OpenAI, { toFile } from 'openai';
import { setTimeout as wait } from 'node:timers/promises';
import { openai, recordOf } from './support/portico.mjs';

const endpoint = '/v1/chat/completions';
const line = (custom_id, model = 'sim/echo', url = endpoint) =>
  JSON.stringify({ custom_id, method: 'POST', url, body: { model, messages: [{ role: 'user', content: `I am ${custom_id}` }] } });
const upload = (client, lines) => toFile(Buffer.from(lines.join('\n')), 'lines.jsonl').then((file) => client.files.create({ file, purpose: 'batch' }));
const parse = (text) => text.trim().split('\n').map((l) => JSON.parse(l));

async function until(client, id, ...statuses) {
  for (const end = Date.now() + 20_000; ; ) {
    const batch = await client.batches.retrieve(id);
    if (statuses.includes(batch.status)) return batch;
    if (Date.now() > end) throw new Error(`${id} is still ${batch.status}`);
    await wait(50);
  }
}

describe('openai: files and batches', () => {
  test('A file is uploaded, read, listed and deleted', async () => {
    const client = openai();
    const file = await client.files.create({ file: await toFile(Buffer.from('some text'), 'notes.txt'), purpose: 'user_data' });
    assert.equal(file.object, 'file');
    assert.equal(file.bytes, 9);
    assert.equal(file.filename, 'notes.txt');
    assert.deepEqual(await client.files.retrieve(file.id), file);
    assert.equal(await (await client.files.content(file.id)).text(), 'some text');
    const seen = [];
    for await (const each of client.files.list({ limit: 1, purpose: 'user_data' })) seen.push(each.id);
    assert.ok(seen.includes(file.id));
    assert.equal((await client.files.delete(file.id)).deleted, true);
    await assert.rejects(client.files.retrieve(file.id), OpenAI.NotFoundError);
  });

  test('A batch is made, awaited, and its answers and errors are read', async () => {
    const client = openai();
    const file = await upload(client, [line('a'), line('b'), line('c', 'no/such-model')]);
    const made = await client.batches.create({
      input_file_id: file.id,
      endpoint,
      completion_window: '24h',
      metadata: { night: '7' },
      output_expires_after: { anchor: 'created_at', seconds: 3600 },
    });
    assert.equal(made.status, 'validating');
    const batch = await until(client, made.id, 'completed');
    assert.deepEqual(batch.request_counts, { total: 3, completed: 2, failed: 1 });
    assert.deepEqual(batch.metadata, { night: '7' });
    const answers = parse(await (await client.files.content(batch.output_file_id)).text());
    assert.deepEqual(answers.map((a) => a.custom_id).sort(), ['a', 'b']);
    for (const { custom_id, response } of answers) {
      assert.equal(response.status_code, 200);
      assert.equal(response.body.choices[0].message.content, `I am ${custom_id}`);
      assert.equal((await recordOf(response.request_id)).parent_id, batch.id);
    }
    const [error] = parse(await (await client.files.content(batch.error_file_id)).text());
    assert.equal(error.response.status_code, 404);
    assert.equal(error.response.body.error.code, 'model_not_found');
    const page = await client.batches.list({ limit: 1 });
    assert.equal(page.data.length, 1);
  });

  test('Wrong lines fail the batch and are listed', async () => {
    const client = openai();
    const file = await upload(client, [line('a'), line('a'), line('b', 'sim/echo', '/v1/embeddings')]);
    const { id } = await client.batches.create({ input_file_id: file.id, endpoint, completion_window: '24h' });
    const batch = await until(client, id, 'failed');
    assert.deepEqual(
      batch.errors.data.map((e) => [e.line, e.code, e.param]),
      [
        [2, 'duplicate_custom_id', 'custom_id'],
        [3, 'invalid_url', 'url'],
      ],
    );
  });

  test('A batch is cancelled', async () => {
    const client = openai();
    const lines = Array.from({ length: 200 }, (_, i) => line(`l${i}`, 'sim/slow-first-output'));
    const file = await upload(client, lines);
    const { id } = await client.batches.create({ input_file_id: file.id, endpoint, completion_window: '24h' });
    await until(client, id, 'in_progress');
    assert.equal((await client.batches.cancel(id)).status, 'cancelling');
    const batch = await until(client, id, 'cancelled');
    assert.ok(batch.request_counts.completed < 200);
    await assert.rejects(client.batches.cancel(id), OpenAI.ConflictError);
  });

  test('Mistakes are errors of the SDK', async () => {
    const client = openai();
    await assert.rejects(
      client.batches.create({ input_file_id: 'file_none', endpoint, completion_window: '24h' }),
      (e) => e instanceof OpenAI.NotFoundError && e.param === 'input_file_id',
    );
    const file = await toFile(Buffer.from('x'), 'x');
    await assert.rejects(client.files.create({ file, purpose: 'fine-tune' }), (e) => e instanceof OpenAI.BadRequestError && e.param === 'purpose');
  });
});
