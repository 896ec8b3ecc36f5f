import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { check, checkEach, key, picture, runAll, schema, spentKey, url } from './check.mjs';

const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key });
const once = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
const hello = [{ role: 'user', content: 'Say hello.' }];
const tools = ['get_current_weather', 'get_weather', 'get_time', 'sum'].map((name) => ({
  type: 'function', function: { name, description: `Calls ${name}.`, parameters: { type: 'object', properties: {} } },
}));

const used = (usage) => [usage.prompt_tokens, usage.completion_tokens];
const called = (calls) => calls.map((call) => [call.function.name, JSON.parse(call.function.arguments)]);

async function read(model, more = {}) {
  const [text, thought, reasons, calls, usages] = [[], [], [], [], []];
  const stream = await client.chat.completions.create({ model, messages: hello, stream: true, stream_options: { include_usage: true }, ...more });
  for await (const chunk of stream) {
    const choice = chunk.choices[0];
    text.push(choice?.delta.content ?? '');
    thought.push(choice?.delta.reasoning_content ?? choice?.delta.reasoning ?? '');
    if (choice?.finish_reason) reasons.push(choice.finish_reason);
    if (chunk.usage) usages.push(chunk.usage);
    for (const { index, id, function: piece } of choice?.delta.tool_calls ?? []) {
      calls[index] ??= { id, type: 'function', function: { name: piece.name, arguments: '' } };
      calls[index].function.arguments += piece.arguments ?? '';
    }
  }
  return { text: text.join(''), thought: thought.join(''), reasons, calls, usages };
}

async function answered(model, calls) {
  const results = calls.map((call, index) => ({ role: 'tool', tool_call_id: call.id, content: `result ${index}` }));
  const reply = await client.chat.completions.create({ model, tools, messages: [...hello, { role: 'assistant', content: null, tool_calls: calls }, ...results] });
  return reply.choices[0].message.content;
}

checkEach('chat', async (vendor, says) => {
  const reply = await client.chat.completions.create({ model: `${vendor}/text`, messages: hello });
  assert.deepEqual([reply.choices[0].message.role, reply.choices[0].message.content, reply.choices[0].finish_reason], ['assistant', says.text, 'stop']);
  assert.deepEqual(used(reply.usage), says.used);
});

checkEach('stream', async (vendor, says) => {
  const { text, reasons, usages } = await read(`${vendor}/text`);
  // the recording of Claude ends at its limit
  assert.deepEqual([text, reasons], [says.streamed, [vendor === 'claude' ? 'length' : 'stop']]);
  assert.deepEqual(usages.map(used), [says.streamUsed]);
});

checkEach('stream without usage', async (vendor, says) => {
  const { text, usages } = await read(`${vendor}/text`, { stream_options: undefined });
  assert.deepEqual([text, usages], [says.streamed, []]);
});

checkEach('stream put together', async (vendor, says) => {
  const reply = await client.chat.completions.stream({ model: `${vendor}/text`, messages: hello }).finalChatCompletion();
  assert.equal(reply.choices[0].message.content, says.streamed);
});

for (const kind of ['tool', 'tools']) {
  checkEach(kind, async (vendor, says) => {
    const reply = await client.chat.completions.create({ model: `${vendor}/${kind}`, messages: hello, tools });
    const calls = reply.choices[0].message.tool_calls;
    assert.deepEqual([called(calls), reply.choices[0].finish_reason], [says[kind], 'tool_calls']);
    assert.equal(new Set(calls.map((call) => call.id)).size, says[kind].length);
    assert.equal(await answered(`${vendor}/${kind}`, calls), says.text);
  });
}

checkEach('tools streamed', async (vendor, says) => {
  const { calls, reasons } = await read(`${vendor}/tools`, { tools });
  assert.deepEqual([called(calls), reasons], [says.streamedTools, ['tool_calls']]);
  assert.equal(await answered(`${vendor}/tools`, calls), says.text);
});

checkEach('image', async (vendor, says) => {
  const content = [{ type: 'text', text: 'What is this?' }, { type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } }];
  const reply = await client.chat.completions.create({ model: `${vendor}/image`, messages: [{ role: 'user', content }] });
  assert.equal(reply.choices[0].message.content, says.text);
});

checkEach('schema', async (vendor) => {
  const response_format = { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } };
  const reply = await client.chat.completions.create({ model: `${vendor}/json`, messages: hello, response_format });
  assert.deepEqual(JSON.parse(reply.choices[0].message.content), { answer: 42 });
});

checkEach('thinking', async (vendor, says) => {
  const reply = await client.chat.completions.create({ model: `${vendor}/thinking`, messages: hello, reasoning_effort: 'low', max_tokens: 2000 });
  const { content, reasoning, reasoning_content } = reply.choices[0].message;
  assert.deepEqual([content, reasoning_content ?? reasoning], [says.answer, says.thought]);
});

checkEach('thinking streamed', async (vendor, says) => {
  const { text, thought } = await read(`${vendor}/thinking`, { reasoning_effort: 'low', max_tokens: 2000 });
  assert.deepEqual([text, thought], [says.streamedAnswer, says.streamedThought]);
});

checkEach('broken stream', async (vendor, says) => {
  let text = '';
  await assert.rejects(async () => {
    for await (const chunk of await client.chat.completions.create({ model: `${vendor}/cut`, messages: hello, stream: true })) {
      text += chunk.choices[0].delta.content ?? '';
      assert.notEqual(chunk.choices[0].finish_reason, 'stop');
    }
  }, (error) => error instanceof OpenAI.APIError && error.code === 'upstream_cut_stream');
  assert.equal(text, says.cut);
});

checkEach('no such model', async (vendor) => {
  const error = await once.chat.completions.create({ model: `${vendor}/missing`, messages: hello }).catch((problem) => problem);
  assert.ok(error instanceof OpenAI.NotFoundError, String(error));
  assert.deepEqual([error.status, error.code], [404, 'model_not_found']);
});

checkEach('refused by the vendor', async (vendor) => {
  const error = await once.chat.completions.create({ model: `${vendor}/refused`, messages: hello }).catch((problem) => problem);
  assert.ok(error instanceof OpenAI.BadRequestError, String(error));
  assert.deepEqual([error.status, error.code], [400, 'upstream_invalid_request']);
});

checkEach('vendor down', async (vendor) => {
  const error = await once.chat.completions.create({ model: `${vendor}/down`, messages: hello }).catch((problem) => problem);
  assert.ok(error instanceof OpenAI.InternalServerError, String(error));
  assert.deepEqual([error.status, error.code], [502, 'upstream_unavailable']);
});

check('bad field', async () => {
  const error = await client.chat.completions.create({ model: 'openai/text', messages: hello, max_tokens: 0 }).catch((problem) => problem);
  assert.ok(error instanceof OpenAI.BadRequestError, String(error));
  assert.deepEqual([error.status, error.code, error.param, error.type], [400, 'invalid_request', 'max_tokens', 'invalid_request_error']);
  assert.match(error.requestID ?? error.headers.get('x-lakehouse-request-id'), /^req_/);
});

check('wrong key', async () => {
  const stranger = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'nobodys-key' });
  const error = await stranger.chat.completions.create({ model: 'openai/text', messages: hello }).catch((problem) => problem);
  assert.ok(error instanceof OpenAI.AuthenticationError, String(error));
  assert.deepEqual([error.status, error.code], [401, 'invalid_api_key']);
});

// With its own retries: the wait until midnight must not make it hang.
check('budget spent', async () => {
  const poor = new OpenAI({ baseURL: `${url}/v1`, apiKey: spentKey });
  const error = await poor.chat.completions.create({ model: 'openai/text', messages: hello }).catch((problem) => problem);
  assert.ok(error instanceof OpenAI.RateLimitError, String(error));
  assert.deepEqual([error.status, error.code], [429, 'budget_exceeded']);
  assert.ok(Number(error.headers.get('retry-after')) > 0);
});

for (const model of ['flaky', 'busy']) {
  check(`retry ${model}`, async () => {
    const reply = await client.chat.completions.create({ model: `openai/${model}`, messages: hello });
    assert.equal(reply.choices[0].message.content, 'Hello! How can I assist you today?');
  });
}

check('models', async () => {
  const ids = [];
  for await (const model of client.models.list()) ids.push(model.id);
  for (const id of ['openai/gpt-4.1', 'openai/Qwen/Qwen3-8B', 'ollama/qwen3:8b', 'claude/claude-haiku-4-5-20251001', 'gemini/gemini-2.5-flash']) {
    assert.ok(ids.includes(id), `${id} is missing in ${ids}`);
    assert.equal((await client.models.retrieve(id)).id, id);
  }
  await assert.rejects(client.models.retrieve('openai/nope'), OpenAI.NotFoundError);
});

for (const [vendor, vectors, tokens] of [
  ['openai', [[0.0023064255, -0.009327292], [0.25, -0.5]], 8], ['ollama', [[0.0101, -0.0017], [-0.0098, 0.06]], 8], ['gemini', [[0.25, -1, 3.5e-2], [1, 0, 0.5]], 6],
]) {
  const floats = (vector) => Array.from(Float32Array.from(vector));
  // Without a format it asks for base64 and decodes that.
  for (const encoding_format of [undefined, 'float']) {
    check(`embeddings ${vendor} ${encoding_format ?? 'as it likes'}`, async () => {
      const reply = await client.embeddings.create({ model: `${vendor}/embed`, input: ['one', 'two'], encoding_format });
      assert.deepEqual(reply.data.map((one) => floats(one.embedding)), vectors.map(floats));
      assert.equal(reply.usage.prompt_tokens, tokens);
    });
  }
}

await runAll();
