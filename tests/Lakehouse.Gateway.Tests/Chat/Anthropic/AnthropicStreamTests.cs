using System.Text.Json.Nodes;
using CsCheck;
using Lakehouse.Gateway.Chat;
using Lakehouse.Gateway.Chat.Anthropic;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Tests.Providers;
using Lakehouse.Gateway.Tests.Providers.Claude;
using static Lakehouse.Gateway.Tests.Providers.Claude.ClaudeReplyTests;

namespace Lakehouse.Gateway.Tests.Chat.Anthropic;

public sealed class AnthropicStreamTests
{
    [Theory]
    [InlineData("thinking")]
    [InlineData("parallel_tool_calls")]
    [InlineData("text")]
    public async Task Stream_of_Claude_through_OpenAIs_terms_is_the_message_that_it_was(string fixture)
    {
        await using var claude = await ClaudeDriver.StartAsync($"{fixture}.sse");
        var chunks = await claude.StreamAsync(ClaudeDriver.Call(claude.Config, stream: true));
        var whole = new ModelReply("claude-opus-4-6", ClaudeDriver.Assembled(chunks), chunks.Single(chunk => chunk.FinishReason is not null).FinishReason!, ModelUsage.Unknown, Extra: chunks.Single(chunk => chunk.Extra is not null).Extra);

        var message = AnthropicCalls.Assembled(Events(chunks));

        var expected = JsonNode.Parse(new AnthropicShape().Whole(AnthropicCalls.Call, whole, AnthropicCalls.Used))!.AsObject();
        expected["model"] = message["model"]!.DeepClone();
        AssertJson(expected.ToJsonString(), message);
        Assert.Equal("msg_0192f", message["id"]!.ToString());
    }

    [Fact]
    public async Task Blocks_that_no_delta_can_say_are_not_lost()
    {
        await using var claude = await ClaudeDriver.StartAsync("server_tool.sse");

        var message = AnthropicCalls.Assembled(Events(await claude.StreamAsync(ClaudeDriver.Call(claude.Config, stream: true))));

        Assert.Equal(["text", "server_tool_use", "web_search_tool_result"], message["content"]!.AsArray().Select(block => block!["type"]!.ToString()));
        AssertJson("""{"query":"otters"}""", message["content"]![1]!["input"]!);
        AssertJson("""{"web_search_requests":1}""", message["usage"]!["server_tool_use"]!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_Claude_says_of_its_cache_and_its_context_is_kept(bool stream)
    {
        const string cache = """{"ephemeral_5m_input_tokens":60,"ephemeral_1h_input_tokens":40}""";
        const string context = """{"applied_edits":[{"type":"clear_tool_uses_20250919","cleared_tool_uses":8}]}""";
        var text = stream
            ? ClaudeDriver.Fixture("text.sse").Replace("\"cache_read_input_tokens\":70", $"\"cache_creation\":{cache},\"inference_geo\":\"global\"", StringComparison.Ordinal)
                .Replace("\"type\":\"message_delta\"", $"\"type\":\"message_delta\",\"context_management\":{context}", StringComparison.Ordinal)
            : ClaudeDriver.Fixture("whole.json").Replace("\"diagnostics\":null", $"\"context_management\":{context}", StringComparison.Ordinal);
        await using var claude = await ClaudeDriver.StartAsync((received, _) => Replay.AnswerText(text, stream ? "stream.sse" : "reply.json")(received));

        var message = stream
            ? AnthropicCalls.Assembled(Events(await claude.StreamAsync(ClaudeDriver.Call(claude.Config, stream: true))))
            : JsonNode.Parse(new AnthropicShape().Whole(AnthropicCalls.Call, await claude.ChatAsync(ClaudeDriver.Call(claude.Config)), AnthropicCalls.Used))!.AsObject();

        AssertJson(cache, message["usage"]!["cache_creation"]!);
        Assert.Equal("global", message["usage"]!["inference_geo"]!.ToString());
        AssertJson(context, message["context_management"]!);
        Assert.False(message.ContainsKey("cache_creation"));
    }

    [Fact]
    public async Task Native_events_are_passed_on_and_the_last_one_waits()
    {
        await using var claude = await ClaudeDriver.StartAsync("server_tool.sse");
        var native = new NativeRequest("claude", JsonNode.Parse("""{"messages":[]}""")!.AsObject(), new Dictionary<string, string>(StringComparer.Ordinal));
        var chunks = await claude.StreamAsync(ClaudeDriver.Call(claude.Config, stream: true, native: native));
        var stream = new AnthropicStream(AnthropicCalls.Call);

        var steps = chunks.Select(chunk => stream.Step(chunk)).ToList();

        Assert.Empty(steps[0]);
        Assert.Empty(steps[1]);
        Assert.Equal(["message_start", "content_block_start", "content_block_delta"], steps[2].Select(sent => sent.Name));
        Assert.Equal("message_delta", steps.SelectMany(step => step).Last().Name);
        var events = steps.SelectMany(step => step).Concat(stream.Finish("stop", AnthropicCalls.Used)).ToList();
        var expected = ClaudeDriver.Fixture("server_tool.sse").Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected, events.Select(sent => $"event: {sent.Name}\ndata: {sent.Data!.ToJsonString()}"), (one, other) => JsonNode.DeepEquals(Data(one), Data(other)));

        static JsonNode Data(string text) => JsonNode.Parse(text[(text.IndexOf("data: ", StringComparison.Ordinal) + 6)..])!;
    }

    [Fact]
    public void Attempt_that_said_nothing_leaves_nothing()
    {
        var stream = new AnthropicStream(AnthropicCalls.Call);
        var started = new ModelChunk(Model: "a", Native: new("message_start", new() { ["type"] = "message_start", ["message"] = new JsonObject() }));

        Assert.Empty(stream.Step(started));
        Assert.Empty(stream.Step(new(Usage: new(7, null))));
        List<ServerEvent> events = [.. stream.Step(new(Delta(content: "x"), Model: "b")), .. stream.Finish("stop", AnthropicCalls.Used)];

        var message = AnthropicCalls.Assembled(events);
        Assert.Equal(("b", "end_turn"), (message["model"]!.ToString(), message["stop_reason"]!.ToString()));
        Assert.Equal(7, events[0].Data!["message"]!["usage"]!["input_tokens"]!.GetValue<long>());
    }

    [Fact]
    public void Stream_without_content_is_still_a_message()
    {
        var message = AnthropicCalls.Assembled(new AnthropicStream(AnthropicCalls.Call).Finish("length", AnthropicCalls.Used));

        Assert.Empty(message["content"]!.AsArray());
        Assert.Equal("max_tokens", message["stop_reason"]!.ToString());
        AssertJson("""{"input_tokens":20,"cache_creation_input_tokens":100,"cache_read_input_tokens":3000,"output_tokens":15,"output_tokens_details":{"thinking_tokens":4},"server_tool_use":null,"service_tier":null}""", message["usage"]!);
    }

    [Fact]
    public void Broken_stream_ends_with_an_error_and_no_terminator()
    {
        var stream = new AnthropicStream(AnthropicCalls.Call);

        List<ServerEvent> events = [.. stream.Step(new(Delta(content: "Half"))), .. stream.Fail(new ApiError(504, "upstream_idle_timeout", "Too slow."))];

        Assert.Equal(["message_start", "content_block_start", "content_block_delta", "error"], events.Select(sent => sent.Name));
        AssertJson("""{"type":"error","error":{"type":"timeout_error","message":"Too slow.","details":{"error_code":"upstream_idle_timeout"}},"request_id":"req_0192f"}""", events[^1].Data!);
    }

    [Fact]
    public void First_tool_call_streams_while_it_grows()
    {
        var stream = new AnthropicStream(AnthropicCalls.Call);

        stream.Step(new(Delta(call: (0, "{\"a\":"))));
        var grown = stream.Step(new(Delta(call: (0, "1}"))));
        var next = stream.Step(new(Delta(call: (1, "{"))));

        Assert.Equal(["content_block_delta"], grown.Select(sent => sent.Name));
        Assert.Equal(["content_block_stop", "content_block_start", "content_block_delta"], next.Select(sent => sent.Name));
        Assert.Equal([0, 1, 1], next.Select(sent => sent.Data!["index"]!.GetValue<int>()));
    }

    [Fact]
    public void Pieces_in_any_order_make_the_same_content() => Gen.Select(Gen.Int[0, 4], Gen.String[Gen.Char["ab\"{}ü\\"], 0, 6]).Array[1, 24].Sample(pieces =>
    {
        var (text, thinking, calls) = ("", "", new Dictionary<int, (string Full, int Sent)>());
        var stream = new AnthropicStream(AnthropicCalls.Call);
        var events = new List<ServerEvent>();
        foreach (var (kind, piece) in pieces)
        {
            switch (kind)
            {
                case 0:
                    text += piece;
                    events.AddRange(stream.Step(new(Delta(content: piece))));
                    break;
                case 1:
                    thinking += piece;
                    events.AddRange(stream.Step(new(Delta(reasoning: piece))));
                    break;
                default:
                    // arguments come three characters at a time, with other pieces in between
                    var (full, sent) = calls.GetValueOrDefault(kind, (new JsonObject { ["text"] = piece }.ToJsonString(), 0));
                    var length = Math.Min(3, full.Length - sent);
                    calls[kind] = (full, sent + length);
                    events.AddRange(stream.Step(new(Delta(call: (kind, full.Substring(sent, length))))));
                    break;
            }
        }

        foreach (var (index, (full, sent)) in calls.Where(call => call.Value.Sent < call.Value.Full.Length))
        {
            events.AddRange(stream.Step(new(Delta(call: (index, full[sent..])))));
        }

        events.AddRange(stream.Finish("stop", AnthropicCalls.Used));
        var content = AnthropicCalls.Assembled(events)["content"]!.AsArray();
        return Joined("text") == text && Joined("thinking") == thinking
            && content.Where(block => block!["type"]!.ToString() == "tool_use").Select(block => (block!["id"]!.ToString(), block["input"]!.ToJsonString()))
                .Order().SequenceEqual(calls.Select(call => ($"call_{call.Key}", call.Value.Full)).Order());

        string Joined(string type) => string.Concat(content.Where(block => block!["type"]!.ToString() == type).Select(block => block![type]!.ToString()));
    });

    private static IEnumerable<ServerEvent> Events(List<ModelChunk> chunks)
    {
        var stream = new AnthropicShape().Stream(AnthropicCalls.Call);
        List<ServerEvent> events = [.. chunks.SelectMany(stream.Step)];
        return [.. events, .. stream.Finish(chunks.Single(chunk => chunk.FinishReason is not null).FinishReason!, AnthropicCalls.Used)];
    }

    private static JsonObject? Delta(string? content = null, string? reasoning = null, (int Index, string Arguments)? call = null) =>
        ModelChunk.DeltaOf(content, reasoning, call is var (index, arguments) ? new JsonArray(new JsonObject
        {
            ["index"] = index, ["id"] = $"call_{index}", ["type"] = "function", ["function"] = new JsonObject { ["name"] = "f", ["arguments"] = arguments },
        }) : null);
}
