// Tools that the provider runs, with OpenAI's SDK: the call goes to the provider's own /v1/responses.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { openai, recordOf } from './support/portico.mjs';
import { Upstream, failing, pieces } from './support/upstream.mjs';
import { answered, events, reasoning, search } from './support/responses.mjs';

const ask = { tools: [{ type: 'web_search' }], max_tool_calls: 2, max_output_tokens: 500, input: 'What has opened?' };

describe('openai: tools that the provider runs', () => {
  let upstream;

  before(async () => {
    upstream = await Upstream.connected({ more: { responses: true }, units: { web_search: '0.01' } });
    upstream.answers(answered);
  });
  after(() => upstream.close());

  test('create gives the search, the text with its sources and the usage, and is billed with the search', async () => {
    upstream.answers(answered);
    const { data, request_id } = await openai().responses.create({ ...ask, model: upstream.model }).withResponse();
    assert.equal(data.output_text, 'A park has opened.');
    assert.deepEqual(
      data.output.map((item) => item.type),
      ['reasoning', 'web_search_call', 'message'],
    );
    assert.equal(data.output[2].content[0].annotations[0].url, 'https://example.org/park');
    assert.equal(data.usage.total_tokens, 384);
    assert.match(data.id, /^resp_01/);
    assert.equal(upstream.last.path, '/v1/responses');
    assert.equal(upstream.last.json.store, false);
    assert.equal(data.store, true);
    const record = await recordOf(request_id);
    assert.equal(record.usage.web_searches, 1);
    assert.equal(record.cost_nano_usd, 300 * 1_000 + 28 * 500 + 56 * 2_000 + 10_000_000);
  });

  test('A stream gives its events in order, and the SDK puts the response together', async () => {
    upstream.answers(answered);
    const stream = openai().responses.stream({ ...ask, model: upstream.model });
    const seen = [];
    for await (const event of stream) seen.push(event);
    assert.deepEqual(
      seen.map((e) => e.sequence_number),
      seen.map((_, i) => i),
    );
    assert.equal(seen.length, events().length);
    assert.ok(seen.some((e) => e.type === 'response.web_search_call.searching'));
    const final = await stream.finalResponse();
    assert.equal(final.output_text, 'A park has opened.');
    assert.equal(final.id, seen[0].response.id);
    assert.match(final.id, /^resp_01/);
  });

  test('previous_response_id goes on at the provider with everything that was said, its own seals included', async () => {
    upstream.answers(answered);
    const client = openai();
    const first = await client.responses.create({ ...ask, model: upstream.model });
    const second = await client.responses.create({ ...ask, model: upstream.model, previous_response_id: first.id, input: 'And where?' });
    assert.equal(second.previous_response_id, first.id);
    assert.equal(upstream.last.json.previous_response_id, undefined);
    const sent = upstream.last.json.input;
    assert.deepEqual(
      sent.map((item) => item.type ?? 'message'),
      ['message', 'reasoning', 'web_search_call', 'message', 'message'],
    );
    assert.deepEqual(sent[1], reasoning);
    assert.deepEqual(sent[2], search);
    // The same as a stream.
    const stream = client.responses.stream({ ...ask, model: upstream.model, previous_response_id: second.id, input: 'And when?' });
    assert.equal((await stream.finalResponse()).output_text, 'A park has opened.');
    assert.equal(upstream.last.json.input.length, 9);
  });

  test('A caller without a store sends the items back, with seals that are for it alone', async () => {
    upstream.answers(answered);
    const client = openai();
    const own = { ...ask, model: upstream.model, store: false, include: ['reasoning.encrypted_content'] };
    const first = await client.responses.create(own);
    assert.match(first.output[0].encrypted_content, /^bound:/);
    await client.responses.create({ ...own, input: [{ role: 'user', content: 'What?' }, ...first.output, { role: 'user', content: 'Where?' }] });
    assert.equal(upstream.last.json.input[1].encrypted_content, reasoning.encrypted_content);
  });

  test('What breaks off, and what is refused, are the errors that the SDK knows', async () => {
    const client = openai();
    upstream.answers(pieces(events().slice(0, 12), { drop: true }));
    const stream = await client.responses.create({ ...ask, model: upstream.model, stream: true });
    let said = '';
    await assert.rejects(
      async () => {
        for await (const event of stream) if (event.type === 'response.output_text.delta') said += event.delta;
      },
      (e) => e instanceof OpenAI.APIError,
    );
    assert.equal(said, 'A park ');
    upstream.answers(failing(400, { message: 'No such store', type: 'invalid_request_error', param: 'tools', code: 'not_there' }));
    await assert.rejects(
      client.responses.create({ ...ask, model: upstream.model }),
      (e) => e instanceof OpenAI.BadRequestError && e.code === 'not_there' && e.param === 'tools',
    );
  });
});
