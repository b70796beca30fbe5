import { describe, test, after } from 'node:test';
import assert from 'node:assert/strict';
import { BadRequestError, toFile } from 'openai';
import { admin, key, openai, recordOf, url } from './support/portico.mjs';
import { Upstream, whole, pieces, event } from './support/upstream.mjs';

const model = 'sim/echo';

describe('openai: moderations', () => {
  test('Each text gets its verdict', async () => {
    const answer = await openai().moderations.create({ model, input: ['all is well', 'nothing but violence'] });
    assert.deepEqual(
      answer.results.map((r) => r.flagged),
      [false, true],
    );
    assert.equal(answer.results[1].categories.violence, true);
  });

  test('Without a model the node answers by itself, and without an input the call is refused by name', async () => {
    const answer = await openai().moderations.create({ input: 'The train is on time.' });
    assert.equal(answer.model, 'portico/moderation');
    assert.equal(answer.results[0].flagged, false);
    await assert.rejects(openai().moderations.create({ model: 'portico/moderation' }), (e) => e instanceof BadRequestError && e.param === 'input');
  });
});

describe('openai: images', () => {
  test('Images come as base64 and are recorded', async () => {
    const { data, request_id } = await openai().images.generate({ model, prompt: 'a bicycle', n: 2 }).withResponse();
    assert.equal(data.data.length, 2);
    assert.equal(Buffer.from(data.data[0].b64_json, 'base64').subarray(1, 4).toString(), 'PNG');
    const record = await recordOf(request_id);
    assert.equal(record.operation, 'image');
    assert.equal(record.usage.images, 2);
    assert.ok(record.cost_nano_usd > 0);
  });

  test('Images are edited', async () => {
    const image = await toFile(Buffer.from([1, 2, 3]), 'one.png', { type: 'image/png' });
    const answer = await openai().images.edit({ model, prompt: 'add a bell', image: [image, image] });
    assert.equal(answer.data.length, 1);
  });
});

describe('openai: audio', () => {
  test('What is spoken can be listened to', async () => {
    const client = openai();
    const speech = await client.audio.speech.create({ model, voice: 'alloy', input: 'Hello, Portico', response_format: 'wav' });
    assert.equal(speech.headers.get('content-type'), 'audio/wav');
    const audio = Buffer.from(await speech.arrayBuffer());
    assert.equal(audio.subarray(0, 4).toString(), 'RIFF');
    assert.equal((await recordOf(speech.headers.get('x-request-id'))).usage.characters, 14);

    const file = () => toFile(audio, 'hello.wav', { type: 'audio/wav' });
    const transcription = await client.audio.transcriptions.create({ model, file: await file() });
    assert.equal(transcription.text, `${audio.length} bytes of audio in hello.wav.`);
    assert.equal(transcription.usage.type, 'duration');
    assert.match(await client.audio.transcriptions.create({ model, file: await file(), response_format: 'srt' }), /-->/);
    assert.match((await client.audio.translations.create({ model, file: await file() })).text, /hello\.wav/);
  });

  test('A transcript streams', async () => {
    const file = await toFile(Buffer.alloc(64), 'a.mp3');
    const types = [];
    for await (const e of await openai().audio.transcriptions.create({ model, file, stream: true })) types.push(e.type);
    assert.deepEqual(types, ['transcript.text.delta', 'transcript.text.done']);
  });
});

describe('openai: what a provider gets and gives', async () => {
  const upstream = await Upstream.connected();
  after(() => upstream.close());
  await admin('POST', '/api/prices', {
    model_id: (await admin('GET', '/api/models?limit=1000')).items.find((m) => m.name === upstream.model).id,
    usd_per_mtok: { input: '5', image_input: '10', image_output: '40' },
  });

  test('Streamed images are read event by event and billed as reported', async () => {
    const usage = { input_tokens: 50, output_tokens: 272, total_tokens: 322, input_tokens_details: { text_tokens: 50, image_tokens: 0 } };
    upstream.answers(
      pieces([
        event({ type: 'image_generation.partial_image', b64_json: 'AA==', partial_image_index: 0 }),
        event({ type: 'image_generation.completed', b64_json: 'AAAA', usage }),
      ]),
    );
    const { data, request_id } = await openai()
      .images.generate({ model: upstream.model, prompt: 'a bicycle', stream: true, partial_images: 1 })
      .withResponse();
    const types = [];
    for await (const e of data) types.push(e.type);
    assert.deepEqual(types, ['image_generation.partial_image', 'image_generation.completed']);
    assert.equal(upstream.last.json.model, 'upstream-model');
    assert.equal((await recordOf(request_id)).cost_nano_usd, 50 * 5_000 + 272 * 40_000);
  });

  test('A stream that breaks off is an error and no short image', async () => {
    upstream.answers(pieces([event({ type: 'image_generation.partial_image', b64_json: 'AA==', partial_image_index: 0 })], { drop: true }));
    const stream = await openai().images.generate({ model: upstream.model, prompt: 'a bicycle', stream: true });
    await assert.rejects(async () => {
      for await (const _ of stream);
    });
  });

  test('A rerank in the form of a server with OpenAI addresses', async () => {
    upstream.answers(whole('{"id":"r","results":[{"index":0,"relevance_score":0.9}],"usage":{"total_tokens":12}}'));
    const response = await fetch(`${url}/v1/rerank`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: upstream.model, query: 'q', documents: ['a'] }),
    });
    assert.equal(response.status, 200);
    assert.equal(upstream.last.path, '/v1/rerank');
    assert.equal(response.headers.get('x-portico-cost-usd'), '0.00006');
  });
});
