import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { check, checkEach, key, picture, runAll, schema, spentKey, url } from './check.mjs';

const client = new Anthropic({ baseURL: url, apiKey: key });
const once = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 });
const hello = [{ role: 'user', content: 'Say hello.' }];
const thinking = { type: 'enabled', budget_tokens: 1024 };
const tools = ['get_current_weather', 'get_weather', 'get_time', 'sum'].map((name) => ({ name, description: `Calls ${name}.`, input_schema: { type: 'object', properties: {} } }));

const ask = (model, more = {}) => client.messages.create({ model, max_tokens: 2000, messages: hello, ...more });
const blocks = (reply, type) => reply.content.filter((block) => block.type === type);
const text = (reply) => blocks(reply, 'text').map((block) => block.text).join('');
const thought = (reply) => blocks(reply, 'thinking').map((block) => block.thinking).join('');
const called = (reply) => blocks(reply, 'tool_use').map((block) => [block.name, block.input]);
const failure = (call) => call.then((reply) => assert.fail(JSON.stringify(reply)), (problem) => problem);
// Anthropic counts what came from the cache, and what went there, beside the input.
const used = ({ usage }) => [usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0), usage.output_tokens];
// The recordings of Claude end for reasons of their own.
const ends = (vendor, claudes) => (vendor === 'claude' ? claudes : 'end_turn');

checkEach('chat', async (vendor, says) => {
  const reply = await ask(`${vendor}/text`, { system: 'Be short.' });
  assert.deepEqual([reply.type, reply.role, text(reply), reply.stop_reason], ['message', 'assistant', says.text, 'end_turn']);
  assert.deepEqual(used(reply), says.used);
});

checkEach('stream', async (vendor, says) => {
  const [pieces, reasons] = [[], []];
  for await (const event of await ask(`${vendor}/text`, { stream: true })) {
    if (event.type === 'content_block_delta') pieces.push(event.delta.text);
    if (event.type === 'message_delta') reasons.push(event.delta.stop_reason);
  }
  assert.deepEqual([pieces.join(''), reasons], [says.streamed, [ends(vendor, 'max_tokens')]]);
  assert.ok(pieces.length > 1);
});

checkEach('stream put together', async (vendor, says) => {
  const reply = await client.messages.stream({ model: `${vendor}/text`, max_tokens: 50, messages: hello }).finalMessage();
  assert.deepEqual([text(reply), reply.stop_reason, used(reply)], [says.streamed, ends(vendor, 'max_tokens'), says.streamUsed]);
});

async function answersResults(model, reply, says) {
  const results = blocks(reply, 'tool_use').map(({ id }, index) => ({ type: 'tool_result', tool_use_id: id, content: `result ${index}` }));
  assert.equal(new Set(results.map((result) => result.tool_use_id)).size, results.length);
  const answer = await ask(model, { tools, messages: [...hello, { role: 'assistant', content: reply.content }, { role: 'user', content: results }] });
  assert.equal(text(answer), says.text);
}

for (const kind of ['tool', 'tools']) {
  checkEach(kind, async (vendor, says) => {
    const reply = await ask(`${vendor}/${kind}`, { tools });
    assert.deepEqual([called(reply), reply.stop_reason], [says[kind], 'tool_use']);
    await answersResults(`${vendor}/${kind}`, reply, says);
  });
}

checkEach('tools streamed', async (vendor, says) => {
  const reply = await client.messages.stream({ model: `${vendor}/tools`, max_tokens: 50, messages: hello, tools }).finalMessage();
  assert.deepEqual([called(reply), reply.stop_reason], [says.streamedTools, 'tool_use']);
  await answersResults(`${vendor}/tools`, reply, says);
});

checkEach('image', async (vendor, says) => {
  const content = [{ type: 'text', text: 'What is this?' }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: picture } }];
  assert.equal(text(await ask(`${vendor}/image`, { messages: [{ role: 'user', content }] })), says.text);
});

checkEach('schema', async (vendor) => {
  const reply = await ask(`${vendor}/json`, { output_config: { format: { type: 'json_schema', schema } } });
  assert.deepEqual(JSON.parse(text(reply)), { answer: 42 });
});

checkEach('thinking', async (vendor, says) => {
  const reply = await ask(`${vendor}/thinking`, { thinking });
  assert.deepEqual([text(reply), thought(reply)], [says.answer, says.thought]);
  // What it thought goes back with the next turn.
  const more = await ask(`${vendor}/thinking`, { thinking, messages: [...hello, { role: 'assistant', content: reply.content }, { role: 'user', content: 'Go on.' }] });
  assert.equal(text(more), says.answer);
});

checkEach('thinking streamed', async (vendor, says) => {
  const reply = await client.messages.stream({ model: `${vendor}/thinking`, max_tokens: 2000, messages: hello, thinking }).finalMessage();
  assert.deepEqual([text(reply), thought(reply)], [says.streamedAnswer, says.streamedThought]);
});

checkEach('broken stream', async (vendor, says) => {
  let seen = '';
  const error = await failure((async () => {
    for await (const event of await ask(`${vendor}/cut`, { stream: true })) {
      if (event.type === 'content_block_delta') seen += event.delta.text;
      assert.notEqual(event.type, 'message_stop');
    }
  })());
  assert.ok(error instanceof Anthropic.APIError, String(error));
  assert.deepEqual([seen, error.error?.error?.details?.error_code], [says.cut, 'upstream_cut_stream']);
});

checkEach('broken stream put together', async (vendor) => {
  const error = await failure(client.messages.stream({ model: `${vendor}/cut`, max_tokens: 50, messages: hello }).finalMessage());
  assert.ok(error instanceof Anthropic.APIError, String(error));
});

async function fails(call, type, status, code, kind) {
  const error = await failure(call);
  assert.ok(error instanceof type, String(error));
  assert.deepEqual([error.status, error.error.error.details.error_code, error.type], [status, code, kind]);
  return error;
}

checkEach('no such model', (vendor) =>
  fails(once.messages.create({ model: `${vendor}/missing`, max_tokens: 50, messages: hello }), Anthropic.NotFoundError, 404, 'model_not_found', 'not_found_error'));

checkEach('refused by the vendor', (vendor) =>
  fails(once.messages.create({ model: `${vendor}/refused`, max_tokens: 50, messages: hello }), Anthropic.BadRequestError, 400, 'upstream_invalid_request', 'invalid_request_error'));

checkEach('vendor down', (vendor) =>
  fails(once.messages.create({ model: `${vendor}/down`, max_tokens: 50, messages: hello }), Anthropic.InternalServerError, 502, 'upstream_unavailable', 'api_error'));

check('bad field', async () => {
  const error = await fails(ask('claude/text', { max_tokens: 0 }), Anthropic.BadRequestError, 400, 'invalid_request', 'invalid_request_error');
  assert.equal(error.error.error.details.param, 'max_tokens');
  assert.match(error.error.request_id, /^req_/);
});

for (const [name, options] of [['key', { apiKey: 'nobodys-key' }], ['token', { apiKey: null, authToken: 'nobodys-key' }]]) {
  check(`wrong ${name}`, () =>
    fails(new Anthropic({ baseURL: url, ...options }).messages.create({ model: 'claude/text', max_tokens: 50, messages: hello }), Anthropic.AuthenticationError, 401, 'invalid_api_key', 'authentication_error'));
}

check('token', async () => {
  const reply = await new Anthropic({ baseURL: url, apiKey: null, authToken: key }).messages.create({ model: 'claude/text', max_tokens: 50, messages: hello });
  assert.equal(text(reply), 'Grüße aus Zürich 😀');
});

// With its own retries: it waits as long as it is told, and must not be told to wait until midnight.
check('budget spent', async () => {
  const poor = new Anthropic({ baseURL: url, apiKey: spentKey });
  const error = await fails(poor.messages.create({ model: 'claude/text', max_tokens: 50, messages: hello }), Anthropic.RateLimitError, 429, 'budget_exceeded', 'rate_limit_error');
  assert.ok(Number(error.headers.get('retry-after')) > 0);
});

for (const model of ['flaky', 'busy']) {
  check(`retry ${model}`, async () => assert.equal(text(await ask(`claude/${model}`)), 'Grüße aus Zürich 😀'));
}

check('models', async () => {
  const ids = [];
  for await (const model of client.models.list()) ids.push(model.id);
  for (const id of ['openai/gpt-4.1', 'openai/Qwen/Qwen3-8B', 'ollama/qwen3:8b', 'claude/claude-haiku-4-5-20251001', 'gemini/gemini-2.5-flash']) {
    assert.ok(ids.includes(id), `${id} is missing in ${ids}`);
    const model = await client.models.retrieve(id);
    assert.deepEqual([model.id, model.type], [id, 'model']);
    assert.ok(!Number.isNaN(Date.parse(model.created_at)));
  }
  await fails(client.models.retrieve('claude/nope'), Anthropic.NotFoundError, 404, 'model_not_found', 'not_found_error');
});

checkEach('count', async (vendor) => {
  const short = await client.messages.countTokens({ model: `${vendor}/text`, messages: hello });
  const long = await client.messages.countTokens({ model: `${vendor}/text`, messages: hello, tools, system: 'Be short.' });
  assert.ok(short.input_tokens > 0 && long.input_tokens > short.input_tokens, JSON.stringify([short, long]));
});

await runAll();
