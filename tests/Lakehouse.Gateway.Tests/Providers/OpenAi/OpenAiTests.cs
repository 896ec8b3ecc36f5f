using System.Text.Encodings.Web;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.OpenAi;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Tests.Providers.OpenAi;

public sealed class OpenAiTests() : ProviderContract("openai", ".sse")
{
    private protected override ProviderFailure ErrorInStream => ProviderFailure.Unavailable;

    private protected override IModelProvider Adapt(UpstreamClient upstream) => new OpenAiProvider(upstream);

    [Fact]
    public async Task Whole_reply_keeps_what_the_vendor_said()
    {
        await using var driver = await DriveAsync("whole.json");

        var reply = await driver.ChatAsync();

        Assert.Equal("/chat/completions", driver.Asked.PathAndQuery);
        Assert.Equal("gpt-4.1-2025-04-14", reply.Model);
        Assert.Equal("stop", reply.FinishReason);
        Assert.Equal("""{"role":"assistant","content":"Hello! How can I assist you today?","refusal":null,"annotations":[]}""", reply.Message.ToJsonString());
        Assert.Equal(new ModelUsage(19, 10, CachedTokens: 4), reply.Usage);
        Assert.Equal("""{"service_tier":"default","system_fingerprint":"fp_44709d6fcb"}""", reply.Extra!.ToJsonString());
        Assert.Equal(-0.31725305, reply.Logprobs!["content"]![0]!["logprob"]!.GetValue<double>());
    }

    [Fact]
    public async Task Stream_has_its_text_reason_and_usage()
    {
        await using var driver = await DriveAsync("stream.sse");

        var chunks = await driver.StreamAsync();

        Assert.Equal("Grüße, 世界 😀!", chunks.Text());
        // the first chunk's role and empty text are no content: a fallback may still follow it
        Assert.Null(chunks[0].Delta);
        Assert.Equal("fp_44709d6fcb", chunks[0].Extra!["system_fingerprint"]!.ToString());
        Assert.Equal("stop", chunks[^2].FinishReason);
        Assert.Equal(new ModelUsage(9, 12), chunks[^1].Usage);
        Assert.Single(chunks, chunk => chunk.Usage is not null);
    }

    [Fact]
    public async Task Tool_calls_pass_whole_and_in_pieces()
    {
        await using var one = await DriveAsync("tool.json");
        await using var two = await DriveAsync("tools.json");
        await using var streamed = await DriveAsync("tools.sse");

        var first = await one.ChatAsync();
        var both = await two.ChatAsync();
        var chunks = await streamed.StreamAsync();

        Assert.Equal("tool_calls", first.FinishReason);
        Assert.Equal("""[{"id":"call_abc123","type":"function","function":{"name":"get_current_weather","arguments":"{\n\"location\": \"Boston, MA\"\n}"}}]""",
            first.Message["tool_calls"]!.ToJsonString(new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal(["call_abc123", "call_def456"], both.Message["tool_calls"]!.AsArray().Select(call => call!["id"]!.ToString()));
        var pieces = chunks.SelectMany(chunk => chunk.Delta?["tool_calls"]?.AsArray() ?? []).ToList();
        Assert.Equal([0, 0, 0, 1, 1], pieces.Select(piece => piece!["index"]!.GetValue<int>()));
        Assert.Equal("{\"a\":1}{\"a\":2}", string.Concat(pieces.Select(piece => piece!["function"]!["arguments"]!.ToString())));
        Assert.Equal("tool_calls", chunks.Single(chunk => chunk.FinishReason is not null).FinishReason);
    }

    [Fact]
    public async Task Reasoning_and_its_tokens_are_kept()
    {
        await using var whole = await DriveAsync("reasoning.json");
        await using var streamed = await DriveAsync("reasoning.sse");

        var reply = await whole.ChatAsync();
        var chunks = await streamed.StreamAsync();

        Assert.Equal("Compare the decimals.", reply.Message["reasoning_content"]!.ToString());
        Assert.Equal(new ModelUsage(16, 107, CachedTokens: 8, ReasoningTokens: 95), reply.Usage);
        Assert.Equal("Compare the decimals.", chunks.Text("reasoning_content"));
        Assert.Equal("9.11 is smaller.", chunks.Text());
        Assert.Equal(reply.Usage, chunks[^1].Usage);
    }

    [Fact]
    public async Task Usage_is_known_wherever_it_stands()
    {
        await using var driver = await DriveAsync("usage-everywhere.sse");

        var chunks = await driver.StreamAsync();

        Assert.Equal(new ModelUsage(9, 2, CachedTokens: 3), chunks.Last(chunk => chunk.Usage is not null).Usage);
        Assert.Null(chunks[0].Usage);
    }

    [Theory]
    [InlineData("""{"prompt_tokens":5,"completion_tokens":3,"total_tokens":18,"completion_tokens_details":{"reasoning_tokens":10}}""", 5L, 13L, 0, 10)]
    [InlineData("""{"prompt_tokens":5,"completion_tokens":13,"total_tokens":18,"completion_tokens_details":{"reasoning_tokens":10}}""", 5L, 13L, 0, 10)]
    [InlineData("""{"prompt_tokens":0,"completion_tokens":0}""", null, null, 0, 0)]
    [InlineData("""{"prompt_tokens":5,"completion_tokens":0}""", 5L, null, 0, 0)]
    [InlineData("""{"prompt_tokens":5.0,"completion_tokens":"7"}""", 5L, null, 0, 0)]
    [InlineData("""{"prompt_tokens":5,"completion_tokens":-1,"prompt_tokens_details":{"cached_tokens":99}}""", 5L, null, 5, 0)]
    [InlineData("""{"prompt_tokens":5,"completion_tokens":1,"prompt_tokens_details":null}""", 5L, 1L, 0, 0)]
    [InlineData("null", null, null, 0, 0)]
    public async Task Usage_is_what_can_be_true(string usage, long? prompt, long? completion, long cached, long reasoning)
    {
        await using var driver = await ProviderDriver.StartAsync(Adapt, Replay.AnswerText(
            $$"""{"choices":[{"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{{usage}}}"""));

        Assert.Equal(new ModelUsage(prompt, completion, cached, 0, reasoning), (await driver.ChatAsync()).Usage);
    }

    [Fact]
    public async Task Azures_filter_travels_beside_the_reply()
    {
        await using var driver = await DriveAsync("azure.sse");

        var chunks = await driver.StreamAsync();

        Assert.Equal("safe", chunks[0].Extra!["prompt_filter_results"]![0]!["content_filter_results"]!["hate"]!["severity"]!.ToString());
        Assert.Equal("content_filter", chunks[^1].FinishReason);
        Assert.Equal("high", chunks[^1].Extra!["content_filter_results"]!["violence"]!["severity"]!.ToString());
    }

    [Fact]
    public async Task Function_call_of_old_clients_passes()
    {
        await using var driver = await DriveAsync("function-call.json");

        var reply = await driver.ChatAsync("""{"functions":[{"name":"sum"}],"messages":[{"role":"user","content":"x"}]}""");

        Assert.Equal("sum", driver.Sent["functions"]![0]!["name"]!.ToString());
        Assert.Equal("sum", reply.Message["function_call"]!["name"]!.ToString());
        Assert.Equal("function_call", reply.FinishReason);
    }

    [Fact]
    public async Task Tool_calls_get_what_the_server_forgot()
    {
        await using var driver = await ProviderDriver.StartAsync(Adapt, Replay.AnswerText("""
            data: {"choices":[{"delta":{"tool_calls":[{"function":{"name":"a","arguments":"{}"}}]}}]}

            data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"x","function":{"name":"b","arguments":"{}"}}]}}]}

            data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"y","function":{"name":"c","arguments":"{"}}]}}]}

            data: {"choices":[{"delta":{"tool_calls":[{"id":"y","function":{"arguments":"}"}}]},"finish_reason":"tool_calls"}]}


            """, "stream.sse"));

        var pieces = (await driver.StreamAsync()).SelectMany(chunk => chunk.Delta?["tool_calls"]?.AsArray() ?? []).ToList();

        Assert.StartsWith("call_", pieces[0]!["id"]!.ToString(), StringComparison.Ordinal);
        Assert.All(pieces.Take(3), piece => Assert.Equal("function", piece!["type"]!.ToString()));
        Assert.Equal([0, 1, 2, 2], pieces.Select(piece => piece!["index"]!.GetValue<int>()));
    }
}
