import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { openai, recordOf, simulated } from './support/portico.mjs';

const weather = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather at a place',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
  strict: true,
};
const clock = { type: 'function', name: 'get_time', parameters: { type: 'object', properties: { zone: { type: 'string' } } }, strict: false };

async function until(client, id, ...statuses) {
  for (const end = Date.now() + 20_000; ; ) {
    const response = await client.responses.retrieve(id);
    if (statuses.includes(response.status)) return response;
    if (Date.now() > end) throw new Error(`${id} is still ${response.status}`);
    await wait(50);
  }
}

describe('openai: responses', () => {
  test('create gives a response with its text and its usage', async () => {
    const client = openai();
    const { data, request_id } = await client.responses
      .create({ model: 'sim/echo', instructions: 'Be brief.', input: 'Hello, Portico', metadata: { case: '7' } })
      .withResponse();
    assert.equal(data.output_text, 'Hello, Portico');
    assert.equal(data.status, 'completed');
    assert.equal(data.object, 'response');
    assert.deepEqual(data.metadata, { case: '7' });
    assert.equal(data.usage.total_tokens, data.usage.input_tokens + data.usage.output_tokens);
    assert.equal((await recordOf(request_id)).wire, 'openai-responses');
  });

  test('A stream gives the events in order, and the SDK puts the response together', async () => {
    const stream = openai().responses.stream({ model: 'sim/echo', input: 'one two three' });
    const types = [];
    let text = '';
    stream.on('response.output_text.delta', (event) => (text += event.delta));
    for await (const event of stream) types.push(event.type);
    assert.equal(text, 'one two three');
    assert.equal(types[0], 'response.created');
    assert.equal(types.at(-1), 'response.completed');
    const final = await stream.finalResponse();
    assert.equal(final.output_text, 'one two three');
    assert.ok(final.usage.output_tokens > 0);
  });

  test('create with stream numbers its events', async () => {
    const stream = await openai().responses.create({ model: 'sim/echo', input: 'one two', stream: true });
    const numbers = [];
    for await (const event of stream) numbers.push(event.sequence_number);
    assert.deepEqual(
      numbers,
      numbers.map((_, i) => i),
    );
  });

  test('Images are taken', async () => {
    const response = await openai().responses.create({
      model: 'sim/echo',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'What is this?' },
            { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'auto' },
          ],
        },
      ],
    });
    assert.match(response.output_text, /^What is this\?/);
  });

  test('Tools are called in parallel and their results go back with previous_response_id', async () => {
    const client = openai();
    const first = await client.responses.create({ model: 'sim/tool-call', input: 'Weather and time?', tools: [weather, clock] });
    const calls = first.output.filter((item) => item.type === 'function_call');
    assert.deepEqual(
      calls.map((c) => c.name),
      ['get_weather', 'get_time'],
    );
    assert.deepEqual(JSON.parse(calls[0].arguments), { city: 'simulated' });
    const second = await client.responses.create({
      model: 'sim/tool-call',
      previous_response_id: first.id,
      tools: [weather, clock],
      input: calls.map((c) => ({ type: 'function_call_output', call_id: c.call_id, output: c.name === 'get_weather' ? 'rain' : 'noon' })),
    });
    assert.equal(second.output_text, 'The tool answered: noon');
    assert.equal(second.previous_response_id, first.id);
  });

  test('The same without a store: the caller sends the items back', async () => {
    const client = openai();
    const ask = { model: 'sim/tool-call', tools: [weather], store: false };
    const input = [{ role: 'user', content: 'Weather in Oslo?' }];
    const first = await client.responses.create({ ...ask, input });
    const [call] = first.output.filter((item) => item.type === 'function_call');
    const second = await client.responses.create({
      ...ask,
      input: [...input, ...first.output, { type: 'function_call_output', call_id: call.call_id, output: 'rain' }],
    });
    assert.equal(second.output_text, 'The tool answered: rain');
    assert.equal(second.store, false);
  });

  test('Streamed tool calls have their arguments in fragments and whole', async () => {
    const stream = openai().responses.stream({ model: 'sim/tool-call', input: 'Both?', tools: [weather, clock] });
    const done = [];
    stream.on('response.function_call_arguments.delta', (event) => assert.equal(typeof event.snapshot, 'string'));
    for await (const event of stream) if (event.type === 'response.function_call_arguments.done') done.push([event.name, JSON.parse(event.arguments)]);
    assert.deepEqual(done, [
      ['get_weather', { city: 'simulated' }],
      ['get_time', { zone: 'simulated' }],
    ]);
    assert.equal((await stream.finalResponse()).output.length, 2);
  });

  test('parse gives an object that fits the zod schema', async () => {
    const Person = z.object({ name: z.string(), age: z.number().int(), kind: z.enum(['staff', 'guest']) });
    const response = await openai().responses.parse({
      model: 'sim/json',
      input: 'A person, please.',
      text: { format: zodTextFormat(Person, 'person') },
    });
    assert.deepEqual(Person.parse(response.output_parsed), response.output_parsed);
  });

  test('A cap that is reached makes it incomplete', async () => {
    const response = await openai().responses.create({ model: 'sim/echo', input: 'one two three four', max_output_tokens: 2 });
    assert.equal(response.status, 'incomplete');
    assert.deepEqual(response.incomplete_details, { reason: 'max_output_tokens' });
  });

  test('A stream that breaks off is an error of the SDK', async () => {
    const model = await simulated('error-after-2');
    const stream = await openai().responses.create({ model, input: 'one two three four', stream: true });
    let said = '';
    await assert.rejects(
      async () => {
        for await (const event of stream) if (event.type === 'response.output_text.delta') said += event.delta;
      },
      (e) => e instanceof OpenAI.APIError && /middle of the stream/.test(e.message),
    );
    assert.equal(said, 'one two');
  });

  test('Mistakes are the errors that the SDK knows', async () => {
    const client = openai();
    await assert.rejects(client.responses.create({ model: 'no/such', input: 'x' }), OpenAI.NotFoundError);
    await assert.rejects(client.responses.create({ model: 'sim/echo', input: [] }), (e) => e instanceof OpenAI.BadRequestError && e.param === 'input');
    await assert.rejects(client.responses.create({ model: 'sim/echo', input: 'x', tools: [{ type: 'web_search' }] }), (e) => e.code === 'unsupported_by_model');
    await assert.rejects(client.responses.create({ model: 'sim/echo', input: 'x', previous_response_id: 'resp_no' }), OpenAI.NotFoundError);
  });
});

describe('openai: kept responses', () => {
  test('retrieve, inputItems.list and delete', async () => {
    const client = openai();
    const made = await client.responses.create({
      model: 'sim/echo',
      input: [
        { role: 'user', content: 'one' },
        { role: 'user', content: 'two' },
        { role: 'user', content: 'three' },
      ],
    });
    const { output_text, ...kept } = await client.responses.retrieve(made.id);
    assert.equal(output_text, 'three');
    assert.deepEqual(kept.output, made.output);
    const texts = [];
    // Several pages: the SDK follows them by itself.
    for await (const item of client.responses.inputItems.list(made.id, { order: 'asc', limit: 2 })) texts.push(item.content[0].text);
    assert.deepEqual(texts, ['one', 'two', 'three']);
    await client.responses.delete(made.id);
    await assert.rejects(client.responses.retrieve(made.id), OpenAI.NotFoundError);
  });

  test('A background response is waited for', async () => {
    const client = openai();
    const queued = await client.responses.create({ model: 'sim/echo', input: 'later', background: true });
    assert.equal(queued.status, 'queued');
    const done = await until(client, queued.id, 'completed');
    assert.equal(done.output_text, 'later');
  });

  test('A background stream is left and taken up again behind the last event', async () => {
    const client = openai();
    const model = await simulated('slow-chunks-100');
    const input = 'one two three four five six';
    const leaving = await client.responses.create({ model, input, background: true, stream: true });
    const seen = [];
    for await (const event of leaving) {
      seen.push(event);
      // Leaving the loop closes the connection.
      if (event.type === 'response.output_text.delta') break;
    }
    const id = seen[0].response.id;
    const resumed = await client.responses.retrieve(id, { stream: true, starting_after: seen.at(-1).sequence_number });
    for await (const event of resumed) seen.push(event);
    assert.deepEqual(
      seen.map((e) => e.sequence_number),
      seen.map((_, i) => i),
    );
    assert.equal(seen.at(-1).type, 'response.completed');
    assert.equal(seen.at(-1).response.output_text ?? seen.at(-1).response.output[0].content[0].text, input);
    assert.equal((await client.responses.retrieve(id)).output_text, input);
  });

  test('responses.stream follows a background response by its id, whole and from an event on', async () => {
    const client = openai();
    const model = await simulated('slow-chunks-100');
    const made = client.responses.stream({ model, input: 'one two three', background: true });
    const whole = [];
    for await (const event of made) whole.push(event);
    const id = (await made.finalResponse()).id;
    const again = client.responses.stream({ response_id: id, starting_after: 4 });
    const tail = [];
    for await (const event of again) tail.push(event.sequence_number);
    assert.deepEqual(
      tail,
      whole.map((e) => e.sequence_number).filter((n) => n > 4),
    );
    assert.equal((await again.finalResponse()).output_text, 'one two three');
    await assert.rejects(client.responses.retrieve('resp_no', { stream: true }), OpenAI.NotFoundError);
  });

  test('A cancelled background stream ends with a response that says so', async () => {
    const client = openai();
    const model = await simulated('slow-chunks-1000');
    const stream = await client.responses.create({ model, input: 'one two three four five six', background: true, stream: true });
    let last;
    for await (const event of stream) {
      if (event.type === 'response.created') await client.responses.cancel(event.response.id);
      last = event;
    }
    assert.equal(last.type, 'response.incomplete');
    assert.equal(last.response.status, 'cancelled');
  });

  test('A background response is cancelled', async () => {
    const client = openai();
    const model = await simulated('slow-chunks-1000');
    const queued = await client.responses.create({ model, input: 'one two three four five six seven eight nine ten', background: true });
    const cancelled = await client.responses.cancel(queued.id);
    assert.equal(cancelled.status, 'cancelled');
    assert.equal((await client.responses.retrieve(queued.id)).status, 'cancelled');
  });
});

describe('openai: conversations', () => {
  test('responses.create with a conversation, its items, and delete', async () => {
    const client = openai();
    const conversation = await client.conversations.create({
      metadata: { topic: 'weather' },
      items: [{ type: 'message', role: 'user', content: 'I am in Oslo.' }],
    });
    assert.equal(conversation.object, 'conversation');
    assert.deepEqual(conversation.metadata, { topic: 'weather' });
    const first = await client.responses.create({ model: 'sim/tool-call', conversation: conversation.id, input: 'Weather?', tools: [weather] });
    assert.deepEqual(first.conversation, { id: conversation.id });
    const [call] = first.output.filter((item) => item.type === 'function_call');
    // The call is in the conversation: its result alone goes back.
    const stream = client.responses.stream({
      model: 'sim/tool-call',
      conversation: { id: conversation.id },
      tools: [weather],
      input: [{ type: 'function_call_output', call_id: call.call_id, output: 'rain' }],
    });
    assert.equal((await stream.finalResponse()).output_text, 'The tool answered: rain');
    const items = [];
    // Several pages: the SDK follows them by itself.
    for await (const item of client.conversations.items.list(conversation.id, { order: 'asc', limit: 2 })) items.push(item);
    assert.deepEqual(
      items.map((item) => item.type),
      ['message', 'message', 'function_call', 'function_call_output', 'message'],
    );
    assert.equal(items[4].content[0].text, 'The tool answered: rain');
    assert.equal((await client.conversations.delete(conversation.id)).object, 'conversation.deleted');
    await assert.rejects(client.conversations.retrieve(conversation.id), OpenAI.NotFoundError);
    await assert.rejects(client.responses.create({ model: 'sim/echo', conversation: conversation.id, input: 'x' }), OpenAI.NotFoundError);
  });

  test('update, and items made, read and deleted', async () => {
    const client = openai();
    const { id } = await client.conversations.create();
    assert.deepEqual((await client.conversations.update(id, { metadata: { topic: 'trees' } })).metadata, { topic: 'trees' });
    assert.deepEqual((await client.conversations.retrieve(id)).metadata, { topic: 'trees' });
    const added = await client.conversations.items.create(id, {
      items: [
        { role: 'user', content: 'one' },
        { role: 'assistant', content: 'two' },
      ],
    });
    assert.equal(added.data.length, 2);
    const item = await client.conversations.items.retrieve(added.last_id, { conversation_id: id });
    assert.deepEqual(item, added.data[1]);
    assert.equal((await client.conversations.items.delete(item.id, { conversation_id: id })).id, id);
    await assert.rejects(client.conversations.items.retrieve(item.id, { conversation_id: id }), OpenAI.NotFoundError);
    const left = await client.conversations.items.list(id);
    assert.deepEqual(
      left.data.map((i) => i.content[0].text),
      ['one'],
    );
  });

  test('A conversation and a response to be continued are not taken together', async () => {
    const client = openai();
    const { id } = await client.conversations.create({ items: [] });
    const first = await client.responses.create({ model: 'sim/echo', input: 'x' });
    await assert.rejects(
      client.responses.create({ model: 'sim/echo', input: 'x', conversation: id, previous_response_id: first.id }),
      (e) => e instanceof OpenAI.BadRequestError && e.param === 'conversation',
    );
  });
});
