import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { openai } from './support/portico.mjs';

describe('openai: completions of before chat', () => {
  test('A completion is text', async () => {
    const answer = await openai().completions.create({ model: 'sim/echo', prompt: 'Once upon a time', max_tokens: 50 });
    assert.equal(answer.object, 'text_completion');
    assert.equal(answer.choices[0].text, 'Once upon a time');
    assert.equal(answer.choices[0].finish_reason, 'stop');
    assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
  });

  test('A stream of one gives its text in pieces', async () => {
    let text = '';
    let finish = null;
    for await (const chunk of await openai().completions.create({ model: 'sim/echo', prompt: 'Once upon a time', max_tokens: 50, stream: true })) {
      text += chunk.choices[0]?.text ?? '';
      finish = chunk.choices[0]?.finish_reason ?? finish;
    }
    assert.equal(text, 'Once upon a time');
    assert.equal(finish, 'stop');
  });

  test('What a chat model cannot do is refused by its name', async () => {
    await assert.rejects(openai().completions.create({ model: 'sim/echo', prompt: 'a', suffix: 'b' }), (e) => {
      assert.equal(e.status, 400);
      assert.equal(e.param, 'suffix');
      return true;
    });
  });
});
