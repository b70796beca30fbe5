// A response that a provider makes itself, with a search of the web: the object as https://platform.openai.com/docs/api-reference/responses/object has it, its
// events as https://platform.openai.com/docs/api-reference/responses-streaming, the tool as https://platform.openai.com/docs/guides/tools-web-search, sealed
// reasoning as https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items.
import { pieces, whole } from './upstream.mjs';

export const reasoning = { id: 'rs_scripted', type: 'reasoning', summary: [], encrypted_content: 'gAAAAABscripted' };
export const search = { id: 'ws_scripted', type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'park' } };
export const message = {
  id: 'msg_scripted',
  type: 'message',
  status: 'completed',
  role: 'assistant',
  content: [
    {
      type: 'output_text',
      text: 'A park has opened.',
      annotations: [{ type: 'url_citation', start_index: 2, end_index: 6, url: 'https://example.org/park', title: 'Park' }],
      logprobs: [],
    },
  ],
};
export const usage = {
  input_tokens: 328,
  input_tokens_details: { cached_tokens: 28 },
  output_tokens: 56,
  output_tokens_details: { reasoning_tokens: 40 },
  total_tokens: 384,
};

/** A response object; `more` replaces its members. */
export const response = (more = {}) => ({
  id: 'resp_scripted',
  object: 'response',
  created_at: 1_760_000_000,
  status: 'completed',
  background: false,
  error: null,
  incomplete_details: null,
  instructions: null,
  model: 'upstream-model',
  output: [reasoning, search, message],
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: 'medium', summary: null },
  store: false,
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [{ type: 'web_search' }],
  top_p: 1,
  truncation: 'disabled',
  usage,
  metadata: {},
  ...more,
});

/** The events of that response. */
export const events = () => {
  const begun = response({ status: 'in_progress', output: [], usage: null });
  const part = message.content[0];
  const of = { item_id: message.id, output_index: 2, content_index: 0 };
  return [
    ['response.created', { response: begun }],
    ['response.in_progress', { response: begun }],
    ['response.output_item.added', { output_index: 0, item: { ...reasoning, encrypted_content: undefined } }],
    ['response.output_item.done', { output_index: 0, item: reasoning }],
    ['response.output_item.added', { output_index: 1, item: { ...search, status: 'in_progress' } }],
    ['response.web_search_call.in_progress', { output_index: 1, item_id: search.id }],
    ['response.web_search_call.searching', { output_index: 1, item_id: search.id }],
    ['response.web_search_call.completed', { output_index: 1, item_id: search.id }],
    ['response.output_item.done', { output_index: 1, item: search }],
    ['response.output_item.added', { output_index: 2, item: { ...message, status: 'in_progress', content: [] } }],
    ['response.content_part.added', { ...of, part: { ...part, text: '', annotations: [] } }],
    ['response.output_text.delta', { ...of, delta: 'A park ', logprobs: [] }],
    ['response.output_text.delta', { ...of, delta: 'has opened.', logprobs: [] }],
    ['response.output_text.annotation.added', { ...of, annotation_index: 0, annotation: part.annotations[0] }],
    ['response.output_text.done', { ...of, text: part.text, logprobs: [] }],
    ['response.content_part.done', { ...of, part }],
    ['response.output_item.done', { output_index: 2, item: message }],
    ['response.completed', { response: response() }],
  ].map(([type, members], i) => `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: i, ...members })}\n\n`);
};

/** Answers plain or streamed, as it is asked. */
export const answered = (target, request) =>
  request.json.stream ? pieces(events())(target) : whole(JSON.stringify(response()))(target);
