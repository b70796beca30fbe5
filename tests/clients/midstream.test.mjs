// A stream that breaks in the middle: every SDK, in every dialect that it speaks, says so, whichever family of providers serves and however it broke.
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';
import { anthropic, key, openai, recordOf, say, v1 } from './support/portico.mjs';
import { Upstream, delta, event, named, pieces } from './support/upstream.mjs';

globalThis.AI_SDK_LOG_WARNINGS = false;

const words = ['one', ' two', ' three'];

// What each family sends before it breaks: https://platform.openai.com/docs/api-reference/chat-streaming/streaming,
// https://platform.claude.com/docs/en/build-with-claude/streaming, https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent.
const families = {
  openai: {
    begin: [event(delta({ role: 'assistant', content: '' })), ...words.map((w) => event(delta({ content: w })))],
    error: event({ error: { message: 'It broke on the way', type: 'server_error', param: null, code: null } }),
  },
  anthropic: {
    begin: [
      named({ type: 'message_start', message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 9, output_tokens: 1 } } }),
      named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
      ...words.map((text) => named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
    ],
    error: named({ type: 'error', error: { type: 'api_error', message: 'It broke on the way' } }),
  },
  gemini: {
    begin: words.map((text) => event({ candidates: [{ content: { role: 'model', parts: [{ text }] }, index: 0 }], modelVersion: 'm', responseId: 'r1' })),
    error: event({ error: { code: 500, message: 'It broke on the way', status: 'INTERNAL' } }),
  },
};

const ways = {
  'an error event': ({ begin, error }) => pieces([...begin, error]),
  'a quiet end': ({ begin }) => pieces(begin),
  'a connection that breaks': ({ begin }) => pieces(begin, { drop: true }),
  'what is not the protocol': ({ begin }) => pieces([...begin, 'data: <html>\n\n']),
};

const fails = (promise, type) => assert.rejects(promise, (e) => e instanceof type, `not a ${type.name}`);

/** Runs a stream of the AI SDK to its end: its text, whether it told of an error, and why it ended. */
async function drained(model) {
  const result = streamText({ model, prompt: 'Go', maxRetries: 0, onError: () => {} });
  let text = '';
  let failed = false;
  let finish;
  for await (const part of result.fullStream) {
    if (part.type === 'text-delta') text += part.text;
    if (part.type === 'error') failed = true;
    if (part.type === 'finish') finish = part.finishReason;
  }
  return { text, failed, finish };
}

async function readAll(stream, take) {
  let text = '';
  const done = (async () => {
    for await (const part of stream) text += take(part) ?? '';
  })();
  return { done, text: () => text };
}

const aiSdk = {
  chat: (name) => createOpenAICompatible({ name: 'portico', baseURL: v1, apiKey: key }).chatModel(name),
  'openai chat': (name) => createOpenAI({ baseURL: v1, apiKey: key }).chat(name),
  responses: (name) => createOpenAI({ baseURL: v1, apiKey: key }).responses(name),
  messages: (name) => createAnthropic({ baseURL: v1, apiKey: key })(name),
};

/** A deployment of its own for each call: one that fails often is benched. */
async function broken(family, way, call) {
  const upstream = await Upstream.connected({ family, upstreamModel: family === 'gemini' ? 'gemini-2.5-flash' : 'm' });
  try {
    upstream.answers(ways[way](families[family]));
    return await call(upstream.model);
  } finally {
    upstream.close();
  }
}

for (const family of Object.keys(families))
  for (const way of Object.keys(ways))
    describe(`a stream of ${family} that ends with ${way}`, () => {
      const on = (call) => broken(family, way, call);

      test('is an APIError of openai in chat, responses and completions, and its helpers fail', async () => {
        const client = openai({ maxRetries: 0 });
        await on(async (model) => {
          const { data, request_id } = await client.chat.completions.create({ model, messages: say('Go'), max_tokens: 50, stream: true }).withResponse();
          const said = await readAll(data, (c) => c.choices[0]?.delta?.content);
          await fails(said.done, OpenAI.APIError);
          assert.equal(said.text(), 'one two three');
          const record = await recordOf(request_id);
          assert.equal(record.outcome, 'failed');
          assert.ok(record.usage.output > 0, 'what was received is billed');
        });
        await on((model) => fails(client.chat.completions.stream({ model, messages: say('Go'), max_tokens: 50 }).finalContent(), OpenAI.APIError));
        await on(async (model) => {
          const stream = await client.responses.create({ model, input: 'Go', stream: true });
          const said = await readAll(stream, (e) => (e.type === 'response.output_text.delta' ? e.delta : ''));
          await fails(said.done, OpenAI.APIError);
          assert.equal(said.text(), 'one two three');
        });
        // The helper throws, or gives the response as it ended.
        await on(async (model) => {
          const final = await client.responses.stream({ model, input: 'Go' }).finalResponse().catch((e) => e);
          assert.ok(final instanceof OpenAI.OpenAIError || final.status === 'failed', JSON.stringify(final));
        });
        await on(async (model) => {
          const stream = await client.completions.create({ model, prompt: 'Go', max_tokens: 50, stream: true });
          const said = await readAll(stream, (c) => c.choices[0]?.text);
          await fails(said.done, OpenAI.APIError);
          assert.equal(said.text(), 'one two three');
        });
      });

      test('is an APIError of @anthropic-ai/sdk, and its helper fails', async () => {
        const client = anthropic({ maxRetries: 0 });
        const request = (model) => ({ model, max_tokens: 50, messages: say('Go') });
        await on(async (model) => {
          const stream = await client.messages.create({ ...request(model), stream: true });
          const said = await readAll(stream, (e) => (e.type === 'content_block_delta' ? e.delta.text : ''));
          await fails(said.done, Anthropic.APIError);
          assert.equal(said.text(), 'one two three');
        });
        await on((model) => fails(client.messages.stream(request(model)).finalMessage(), Anthropic.APIError));
      });

      test('is an error of ai in all its dialects', async () => {
        for (const [dialect, of] of Object.entries(aiSdk))
          await on(async (model) => {
            const { text, failed, finish } = await drained(of(model));
            assert.equal(text, 'one two three', dialect);
            assert.ok(failed, `${dialect}: a quiet end (${finish})`);
            assert.notEqual(finish, 'stop', dialect);
          });
      });
    });

describe('ai in the dialects of its providers', () => {
  test('Text comes whole and in parts, with its usage', async () => {
    for (const [dialect, model] of Object.entries(aiSdk)) {
      const { text, usage, finishReason } = await generateText({ model: model('sim/echo'), prompt: 'Hello, Portico' });
      assert.equal(text, 'Hello, Portico', dialect);
      assert.equal(finishReason, 'stop', dialect);
      assert.ok(usage.inputTokens > 0 && usage.outputTokens > 0, dialect);
      assert.deepEqual(await drained(model('sim/echo')), { text: 'Go', failed: false, finish: 'stop' }, dialect);
    }
  });

  test('Tools are run and their results go back', async () => {
    for (const [dialect, model] of Object.entries(aiSdk)) {
      const asked = [];
      const weather = tool({
        description: 'The weather at a place',
        inputSchema: z.object({ city: z.string() }),
        execute: async (input) => {
          asked.push(input);
          return `rain in ${input.city}`;
        },
      });
      const { text, steps } = await generateText({ model: model('sim/tool-call'), prompt: 'Weather?', stopWhen: stepCountIs(3), tools: { weather } });
      assert.deepEqual(asked, [{ city: 'simulated' }], dialect);
      assert.equal(steps[0].finishReason, 'tool-calls', dialect);
      assert.match(text, /rain in simulated/, dialect);
    }
  });
});
