import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { openai, say } from './support/portico.mjs';

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather at a place',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['c', 'f'] } },
      required: ['city', 'unit'],
      additionalProperties: false,
    },
    strict: true,
  },
};
const clock = { type: 'function', function: { name: 'get_time', parameters: { type: 'object', properties: { zone: { type: 'string' } } } } };

describe('openai: tools', () => {
  test('A tool is called with arguments that fit its schema', async () => {
    const answer = await openai().chat.completions.create({ model: 'sim/tool-call', tools: [weather], messages: say('Weather in Oslo?') });
    const { message, finish_reason } = answer.choices[0];
    assert.equal(finish_reason, 'tool_calls');
    assert.equal(message.content, null);
    assert.equal(message.tool_calls.length, 1);
    assert.equal(message.tool_calls[0].type, 'function');
    assert.equal(message.tool_calls[0].function.name, 'get_weather');
    assert.deepEqual(JSON.parse(message.tool_calls[0].function.arguments), { city: 'simulated', unit: 'c' });
  });

  test('Tools are called in parallel, each with its id, and their results are taken back', async () => {
    const client = openai();
    const messages = say('Weather and time in Oslo?');
    const first = await client.chat.completions.create({ model: 'sim/tool-call', tools: [weather, clock], messages });
    const calls = first.choices[0].message.tool_calls;
    assert.deepEqual(
      calls.map((c) => c.function.name),
      ['get_weather', 'get_time'],
    );
    assert.equal(new Set(calls.map((c) => c.id)).size, 2);
    const second = await client.chat.completions.create({
      model: 'sim/tool-call',
      tools: [weather, clock],
      messages: [
        ...messages,
        first.choices[0].message,
        { role: 'tool', tool_call_id: calls[0].id, content: 'rain' },
        { role: 'tool', tool_call_id: calls[1].id, content: [{ type: 'text', text: 'noon' }] },
      ],
    });
    assert.equal(second.choices[0].message.content, 'The tool answered: noon');
    assert.equal(second.choices[0].finish_reason, 'stop');
  });

  test('parallel_tool_calls false gives one call', async () => {
    const answer = await openai().chat.completions.create({
      model: 'sim/tool-call',
      tools: [weather, clock],
      parallel_tool_calls: false,
      messages: say('Both?'),
    });
    assert.equal(answer.choices[0].message.tool_calls.length, 1);
  });

  test('tool_choice names, forbids and requires', async () => {
    const ask = (tool_choice) =>
      openai().chat.completions.create({ model: 'sim/tool-call', tools: [weather, clock], tool_choice, messages: say('Well?') });
    const named = await ask({ type: 'function', function: { name: 'get_time' } });
    assert.deepEqual(
      named.choices[0].message.tool_calls.map((c) => c.function.name),
      ['get_time'],
    );
    assert.equal((await ask('none')).choices[0].message.content, 'Well?');
    assert.ok((await ask('required')).choices[0].message.tool_calls.length > 0);
    assert.ok((await ask('auto')).choices[0].message.tool_calls.length > 0);
  });

  test('Streamed tool calls fold by index: id, type and name once, arguments joined', async () => {
    const stream = await openai().chat.completions.create({ model: 'sim/tool-call', stream: true, tools: [weather, clock], messages: say('Both?') });
    const calls = [];
    let finish;
    for await (const chunk of stream) {
      const choice = chunk.choices[0];
      finish = choice.finish_reason ?? finish;
      for (const part of choice.delta.tool_calls ?? []) {
        const call = (calls[part.index] ??= { id: '', name: '', arguments: '' });
        call.id += part.id ?? '';
        call.name += part.function?.name ?? '';
        call.arguments += part.function?.arguments ?? '';
      }
    }
    assert.equal(finish, 'tool_calls');
    assert.deepEqual(
      calls.map((c) => c.name),
      ['get_weather', 'get_time'],
    );
    assert.deepEqual(JSON.parse(calls[0].arguments), { city: 'simulated', unit: 'c' });
  });

  test('runTools calls the functions and answers with their results', async () => {
    const asked = [];
    const runner = openai().chat.completions.runTools({
      model: 'sim/tool-call',
      messages: say('Weather in Oslo?'),
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            parameters: weather.function.parameters,
            parse: JSON.parse,
            function: (args) => {
              asked.push(args);
              return `rain in ${args.city}`;
            },
          },
        },
      ],
    });
    assert.equal(await runner.finalContent(), 'The tool answered: rain in simulated');
    assert.deepEqual(asked, [{ city: 'simulated', unit: 'c' }]);
  });

  test('runTools works on a stream too', async () => {
    let asked = 0;
    const runner = openai().chat.completions.runTools({
      model: 'sim/tool-call',
      stream: true,
      messages: say('Time?'),
      tools: [
        zodFunction({
          name: 'get_time',
          parameters: z.object({ zone: z.string() }),
          function: ({ zone }) => {
            asked++;
            return `noon in ${zone}`;
          },
        }),
      ],
    });
    assert.equal(await runner.finalContent(), 'The tool answered: noon in simulated');
    assert.equal(asked, 1);
  });

  test('A function call of the old kind in the history is taken', async () => {
    const answer = await openai().chat.completions.create({
      model: 'sim/echo',
      messages: [
        ...say('Time?'),
        { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'get_time', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'call_1', content: 'noon' },
        { role: 'assistant', content: 'It is noon.' },
        { role: 'user', content: 'Thanks' },
      ],
    });
    assert.equal(answer.choices[0].message.content, 'Thanks');
  });
});

describe('openai: structured output', () => {
  const Person = z.object({
    name: z.string(),
    age: z.number().int(),
    kind: z.enum(['staff', 'guest']),
    tags: z.array(z.string()),
    address: z.object({ street: z.string(), number: z.number() }),
  });

  test('parse gives an object that fits the zod schema', async () => {
    const answer = await openai().chat.completions.parse({
      model: 'sim/json',
      messages: say('A person, please.'),
      response_format: zodResponseFormat(Person, 'person'),
    });
    const { parsed } = answer.choices[0].message;
    assert.deepEqual(Person.parse(parsed), parsed);
    assert.equal(parsed.kind, 'staff');
  });

  test('A JSON schema in response_format shapes the content', async () => {
    const answer = await openai().chat.completions.create({
      model: 'sim/json',
      messages: say('A city.'),
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'city',
          strict: true,
          schema: { type: 'object', properties: { city: { type: 'string' }, size: { type: 'integer' } }, required: ['city', 'size'], additionalProperties: false },
        },
      },
    });
    assert.deepEqual(JSON.parse(answer.choices[0].message.content), { city: 'simulated', size: 1 });
  });

  test('json_object and text are taken', async () => {
    const json = await openai().chat.completions.create({ model: 'sim/json', messages: say('JSON.'), response_format: { type: 'json_object' } });
    assert.equal(typeof JSON.parse(json.choices[0].message.content), 'object');
    const text = await openai().chat.completions.create({ model: 'sim/echo', messages: say('text'), response_format: { type: 'text' } });
    assert.equal(text.choices[0].message.content, 'text');
  });

  test('The stream helper parses a structured answer as it comes', async () => {
    const runner = openai().chat.completions.stream({
      model: 'sim/json',
      messages: say('A person, please.'),
      response_format: zodResponseFormat(Person, 'person'),
    });
    const final = await runner.finalChatCompletion();
    assert.equal(final.choices[0].message.parsed.address.street, 'simulated');
  });

  test('Tool arguments are parsed by their zod schema', async () => {
    const answer = await openai().chat.completions.parse({
      model: 'sim/tool-call',
      messages: say('Find Ada.'),
      tools: [zodFunction({ name: 'find', parameters: z.object({ name: z.string(), exact: z.boolean() }) })],
    });
    assert.deepEqual(answer.choices[0].message.tool_calls[0].function.parsed_arguments, { name: 'simulated', exact: true });
  });
});
