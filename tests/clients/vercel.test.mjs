import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, Output, embed, embedMany, generateObject, generateText, stepCountIs, streamObject, streamText, tool } from 'ai';
import { z } from 'zod';
import { admin, key, newKey, recordOf, simulated, v1 } from './support/portico.mjs';
import { Upstream, choice, completion, whole } from './support/upstream.mjs';

globalThis.AI_SDK_LOG_WARNINGS = false;
const slowChunks50 = await simulated('slow-chunks-50');

const portico = (apiKey = key) =>
  createOpenAICompatible({ name: 'portico', baseURL: v1, apiKey, includeUsage: true, supportsStructuredOutputs: true });
const model = (name, apiKey) => portico(apiKey).chatModel(name);
const idOf = (response) => response.headers['x-request-id'];

const Person = z.object({ name: z.string(), age: z.number().int(), tags: z.array(z.string()) });

describe('Vercel AI SDK', () => {
  test('generateText answers with text, usage and the headers of the call', async () => {
    const { text, usage, finishReason, response } = await generateText({ model: model('sim/echo'), system: 'Be brief.', prompt: 'Hello, Portico' });
    assert.equal(text, 'Hello, Portico');
    assert.equal(finishReason, 'stop');
    assert.ok(usage.inputTokens > 0 && usage.totalTokens === usage.inputTokens + usage.outputTokens);
    const record = await recordOf(idOf(response));
    assert.equal(record.outcome, 'completed');
    assert.equal(record.usage.output, usage.outputTokens);
  });

  test('Settings of the SDK are taken', async () => {
    const { text, finishReason } = await generateText({
      model: model('sim/fixed'),
      prompt: 'Go',
      maxOutputTokens: 5,
      temperature: 0.2,
      topP: 0.9,
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: 0.1,
      stopSequences: ['never'],
    });
    assert.equal(finishReason, 'length');
    assert.equal(text.trim().split(' ').length, 5);
  });

  test('streamText gives the text in parts and its usage at the end', async () => {
    const result = streamText({ model: model('sim/echo'), prompt: 'Hello, streaming Portico' });
    const parts = [];
    for await (const part of result.textStream) parts.push(part);
    assert.ok(parts.length > 2);
    assert.equal(parts.join(''), 'Hello, streaming Portico');
    assert.equal(await result.finishReason, 'stop');
    assert.ok((await result.usage).outputTokens > 0);
    assert.equal((await recordOf(idOf(await result.response))).outcome, 'completed');
  });

  test('generateObject and Output.object give objects that fit their schemas', async () => {
    const { object } = await generateObject({ model: model('sim/json'), schema: Person, prompt: 'A person, please.' });
    assert.deepEqual(Person.parse(object), object);
    const { output } = await generateText({ model: model('sim/json'), output: Output.object({ schema: Person }), prompt: 'A person, please.' });
    assert.deepEqual(Person.parse(output), output);
  });

  test('streamObject builds the object as it comes', async () => {
    const result = streamObject({ model: model('sim/json'), schema: Person, prompt: 'A person, please.' });
    let parts = 0;
    for await (const part of result.partialObjectStream) parts += part ? 1 : 0;
    assert.ok(parts > 1);
    assert.equal((await result.object).age, 1);
  });

  test('Tools are run and their results go back, over two steps', async () => {
    const asked = [];
    const { text, steps, toolResults } = await generateText({
      model: model('sim/tool-call'),
      prompt: 'Weather in Oslo?',
      stopWhen: stepCountIs(3),
      tools: {
        weather: tool({
          description: 'The weather at a place',
          inputSchema: z.object({ city: z.string() }),
          execute: async (input) => {
            asked.push(input);
            return `rain in ${input.city}`;
          },
        }),
      },
    });
    assert.deepEqual(asked, [{ city: 'simulated' }]);
    assert.equal(steps.length, 2);
    assert.equal(steps[0].finishReason, 'tool-calls');
    assert.equal(steps[0].toolCalls[0].toolName, 'weather');
    assert.match(text, /^The tool answered: .*rain in simulated/);
    assert.deepEqual(toolResults, []);
  });

  test('Parallel tools are run on a stream', async () => {
    const asked = [];
    const make = (name) =>
      tool({
        inputSchema: z.object({ zone: z.string() }),
        execute: async () => {
          asked.push(name);
          return name;
        },
      });
    const result = streamText({
      model: model('sim/tool-call'),
      prompt: 'Both, please.',
      stopWhen: stepCountIs(3),
      tools: { one: make('one'), two: make('two') },
    });
    await result.consumeStream();
    const steps = await result.steps;
    assert.equal(steps[0].toolCalls.length, 2);
    assert.deepEqual(asked.sort(), ['one', 'two']);
    assert.match(await result.text, /^The tool answered: /);
  });

  test('toolChoice names a tool', async () => {
    const inputSchema = z.object({ x: z.string() });
    const { toolCalls } = await generateText({
      model: model('sim/tool-call'),
      prompt: 'x',
      tools: { one: tool({ inputSchema }), two: tool({ inputSchema }) },
      toolChoice: { type: 'tool', toolName: 'two' },
    });
    assert.deepEqual(
      toolCalls.map((c) => c.toolName),
      ['two'],
    );
  });

  test('embed and embedMany give vectors in order', async () => {
    const embedder = portico().embeddingModel('sim/embeddings');
    const { embedding, usage } = await embed({ model: embedder, value: 'sunny day at the beach' });
    assert.equal(embedding.length, 64);
    assert.ok(usage.tokens > 0);
    const { embeddings } = await embedMany({ model: embedder, values: ['a', 'sunny day at the beach', 'c'] });
    assert.equal(embeddings.length, 3);
    assert.deepEqual(embeddings[1], embedding);
  });

  test('Errors are APICallErrors with status, and only what may succeed is tried again', async () => {
    const unknown = await generateText({ model: model('sim/echo', 'pk_live_unknown'), prompt: 'x' }).catch((e) => e);
    assert.ok(APICallError.isInstance(unknown), String(unknown));
    assert.equal(unknown.statusCode, 401);
    assert.equal(unknown.isRetryable, false);
    const missing = await generateText({ model: model('no/such'), prompt: 'x' }).catch((e) => e);
    assert.equal(missing.statusCode, 404);
    const made = await newKey('poor with the AI SDK');
    await admin('POST', '/api/budgets', { scope: 'key', scope_id: made.key.id, window: 'total', limit_usd: '0.000001' });
    const poor = await generateText({ model: model('sim/echo', made.secret), prompt: 'x', maxRetries: 0 }).catch((e) => e);
    assert.equal(poor.statusCode, 429);
    assert.equal(JSON.parse(poor.responseBody).error.code, 'insufficient_quota');
  });

  test('An error within a stream is an error part, never a quiet end', async () => {
    const result = streamText({ model: model('sim/error-after-10'), prompt: 'w '.repeat(40), onError: () => {} });
    const parts = [];
    for await (const part of result.fullStream) parts.push(part);
    assert.ok(parts.some((p) => p.type === 'text-delta'));
    assert.ok(parts.some((p) => p.type === 'error'));
  });

  test('A caller that aborts is recorded as abandoned and billed', async () => {
    const leave = new AbortController();
    let id;
    const result = streamText({
      model: createOpenAICompatible({
        name: 'portico',
        baseURL: v1,
        apiKey: key,
        fetch: async (target, init) => {
          const response = await fetch(target, init);
          id = response.headers.get('x-request-id');
          return response;
        },
      }).chatModel(slowChunks50),
      prompt: 'word '.repeat(400),
      abortSignal: leave.signal,
    });
    let parts = 0;
    for await (const part of result.fullStream) if (part.type === 'text-delta' && ++parts === 3) leave.abort();
    const record = await recordOf(id);
    assert.equal(record.outcome, 'abandoned');
    assert.ok(record.usage.output >= 3 && record.cost_nano_usd > 0);
  });
});

describe('Vercel AI SDK against an upstream', () => {
  let upstream;
  before(async () => (upstream = await Upstream.connected()));
  after(() => upstream.close());

  test('Images are forwarded as the SDK sends them', async () => {
    upstream.answers(whole(JSON.stringify(completion())));
    const image = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    await generateText({
      model: model(upstream.model),
      messages: [{ role: 'user', content: [{ type: 'text', text: 'What is this?' }, { type: 'image', image, mediaType: 'image/png' }] }],
    });
    const [, part] = upstream.last.json.messages[0].content;
    assert.equal(part.type, 'image_url');
    assert.equal(part.image_url.url, `data:image/png;base64,${Buffer.from(image).toString('base64')}`);
  });

  test('Reasoning of an upstream is told apart from its text', async () => {
    upstream.answers(whole(JSON.stringify(completion({ choices: [choice({ content: '42', reasoning_content: 'Let me think.' })] }))));
    const { text, reasoningText } = await generateText({ model: model(upstream.model), prompt: 'x' });
    assert.equal(text, '42');
    assert.equal(reasoningText, 'Let me think.');
  });

  test('The schema of an object reaches the upstream', async () => {
    upstream.answers(whole(JSON.stringify(completion({ choices: [choice({ content: '{"name":"Ada","age":36,"tags":[]}' })] }))));
    const { object } = await generateObject({ model: model(upstream.model), schema: Person, prompt: 'x' });
    assert.equal(object.name, 'Ada');
    assert.equal(upstream.last.json.response_format.type, 'json_schema');
    assert.deepEqual(Object.keys(upstream.last.json.response_format.json_schema.schema.properties), ['name', 'age', 'tags']);
  });

  test('Options of the provider are passed on', async () => {
    upstream.answers(whole(JSON.stringify(completion())));
    await generateText({ model: model(upstream.model), prompt: 'x', providerOptions: { portico: { top_k: 40, user: 'end-user-1' } } });
    assert.equal(upstream.last.json.top_k, 40);
    assert.equal(upstream.last.json.user, 'end-user-1');
  });
});
