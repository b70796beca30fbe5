// Cohere's SDK with another base URL and key, and nothing else (https://docs.cohere.com/reference/rerank).
import { describe, test, after } from 'node:test';
import assert from 'node:assert/strict';
import { CohereClient, CohereClientV2, CohereError } from 'cohere-ai';
import { admin, key, recordOf, url } from './support/portico.mjs';
import { Upstream, whole } from './support/upstream.mjs';

const options = { environment: url, token: key, maxRetries: 0 };
const documents = ['a car', 'a red bicycle', 'a bicycle'];

describe('cohere-ai: rerank', async () => {
  const upstream = await Upstream.connected({ family: 'cohere', upstreamModel: 'rerank-v3.5', prices: false });
  after(() => upstream.close());
  const models = await admin('GET', '/api/models?limit=1000');
  await admin('POST', '/api/prices', {
    model_id: models.items.find((m) => m.name === upstream.model).id,
    usd_per_unit: { search: '0.002' },
  });

  test('The second API sorts documents', async () => {
    const answer = await new CohereClientV2(options).rerank({ model: 'sim/echo', query: 'red bicycle', documents, topN: 2 });
    assert.deepEqual(
      answer.results.map((r) => [r.index, r.relevanceScore]),
      [
        [1, 1],
        [2, 0.5],
      ],
    );
    assert.equal(answer.meta.billedUnits.searchUnits, 1);
  });

  test('The first API takes documents with fields and gives them back', async () => {
    const answer = await new CohereClient(options).rerank({
      model: 'sim/echo',
      query: 'red bicycle',
      documents: documents.map((text) => ({ text })),
      returnDocuments: true,
    });
    assert.equal(answer.results[0].document.text, 'a red bicycle');
  });

  test('Cohere gets the body under its own name for the model, and its search is billed', async () => {
    upstream.answers(whole('{"id":"r","results":[{"index":0,"relevance_score":0.9}],"meta":{"billed_units":{"search_units":1}}}'));
    const { data, rawResponse } = await new CohereClientV2(options)
      .rerank({ model: upstream.model, query: 'q', documents: ['a'], maxTokensPerDoc: 100 })
      .withRawResponse();
    assert.equal(data.results[0].relevanceScore, 0.9);
    assert.equal(upstream.last.path, '/v2/rerank');
    assert.deepEqual(upstream.last.json, { model: 'rerank-v3.5', query: 'q', documents: ['a'], max_tokens_per_doc: 100 });
    assert.equal((await recordOf(rawResponse.headers.get('x-request-id'))).cost_nano_usd, 2_000_000);
  });

  test('A refusal is an error of the SDK with our body', async () => {
    await assert.rejects(
      new CohereClientV2(options).rerank({ model: 'no/such', query: 'q', documents }),
      (e) => e instanceof CohereError && e.statusCode === 404 && e.body.error.code === 'model_not_found',
    );
  });
});
