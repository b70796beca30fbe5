import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { NotFoundError } from 'openai';
import { newKey, openai, recordOf } from './support/portico.mjs';

describe('openai: embeddings', () => {
  const model = 'sim/embeddings';

  test('One text gives one vector, and the SDK decodes the base64 that it asks for', async () => {
    const client = openai();
    const answer = await client.embeddings.create({ model, input: 'Hello, Portico' });
    assert.equal(answer.object, 'list');
    assert.equal(JSON.parse(client.sent[0].init.body).encoding_format, 'base64');
    const [one] = answer.data;
    assert.equal(one.object, 'embedding');
    assert.equal(one.index, 0);
    assert.equal(one.embedding.length, 64);
    assert.ok(Math.abs(Math.hypot(...one.embedding) - 1) < 1e-5);
    assert.ok(answer.usage.prompt_tokens > 0 && answer.usage.total_tokens === answer.usage.prompt_tokens);
  });

  test('float and base64 are the same numbers', async () => {
    const client = openai();
    const base64 = await client.embeddings.create({ model, input: 'same' });
    const float = await client.embeddings.create({ model, input: 'same', encoding_format: 'float' });
    assert.deepEqual(Array.from(Float32Array.from(float.data[0].embedding)), Array.from(base64.data[0].embedding));
  });

  test('Many texts keep their order, equal texts are equal', async () => {
    const answer = await openai().embeddings.create({ model, input: ['a', 'b', 'a'] });
    assert.deepEqual(
      answer.data.map((d) => d.index),
      [0, 1, 2],
    );
    assert.deepEqual(answer.data[0].embedding, answer.data[2].embedding);
    assert.notDeepEqual(answer.data[0].embedding, answer.data[1].embedding);
  });

  test('dimensions, tokens and lists of tokens are taken', async () => {
    const client = openai();
    assert.equal((await client.embeddings.create({ model, input: 'x', dimensions: 256 })).data[0].embedding.length, 256);
    assert.equal((await client.embeddings.create({ model, input: [1, 2, 3] })).data.length, 1);
    assert.equal((await client.embeddings.create({ model, input: [[1, 2], [3]] })).data.length, 2);
  });

  test('Embeddings are recorded and billed', async () => {
    const { data, request_id } = await openai().embeddings.create({ model, input: ['some', 'words'] }).withResponse();
    const record = await recordOf(request_id);
    assert.equal(record.operation, 'embeddings');
    assert.equal(record.outcome, 'completed');
    assert.equal(record.usage.input, data.usage.prompt_tokens);
    assert.ok(record.cost_nano_usd > 0);
  });
});

describe('openai: models', () => {
  test('The list is read by the SDK, page by page', async () => {
    const names = [];
    for await (const model of openai().models.list()) {
      assert.equal(model.object, 'model');
      assert.equal(typeof model.created, 'number');
      assert.equal(typeof model.owned_by, 'string');
      names.push(model.id);
    }
    for (const name of ['sim/echo', 'sim/tool-call', 'sim/embeddings']) assert.ok(names.includes(name), `${name} is missing`);
    assert.equal(new Set(names).size, names.length);
  });

  test('A model whose name holds a slash is retrieved', async () => {
    const model = await openai().models.retrieve('sim/echo');
    assert.equal(model.id, 'sim/echo');
  });

  test('An unknown model is a NotFoundError', async () => {
    await assert.rejects(openai().models.retrieve('no/such'), (e) => e instanceof NotFoundError && e.code === 'model_not_found');
  });

  test('A key sees the models that it may call, and no others exist for it', async () => {
    const { secret } = await newKey('two models', { allowed_routes: ['sim/echo', 'sim/fix*'] });
    const client = openai({ apiKey: secret });
    const names = (await client.models.list()).data.map((m) => m.id);
    assert.deepEqual(names.sort(), ['sim/echo', 'sim/fixed']);
    await assert.rejects(client.models.retrieve('sim/json'), NotFoundError);
  });
});
