using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.Ollama;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Tests.Providers.Ollama;

public sealed class OllamaTests() : ProviderContract("ollama", ".ndjson")
{
    private protected override ProviderFailure ErrorInStream => ProviderFailure.Unavailable;

    private protected override IModelProvider Adapt(UpstreamClient upstream) => new OllamaProvider(upstream);

    [Fact]
    public async Task Whole_reply_keeps_what_the_vendor_said()
    {
        await using var driver = await DriveAsync("whole.json");

        var reply = await driver.ChatAsync();

        Assert.Equal("/api/chat", driver.Asked.PathAndQuery);
        Assert.Equal("qwen3:8b", reply.Model);
        Assert.Equal("""{"role":"assistant","content":"Hello! How are you today?"}""", reply.Message.ToJsonString());
        Assert.Equal("stop", reply.FinishReason);
        Assert.Equal(new ModelUsage(26, 282), reply.Usage);
        Assert.Equal(["total_duration", "load_duration", "prompt_eval_duration", "eval_duration"], reply.Extra!.Select(field => field.Key));
        Assert.Null(reply.Logprobs);
    }

    [Fact]
    public async Task Stream_has_its_text_reason_and_usage()
    {
        await using var driver = await DriveAsync("stream.ndjson");

        var chunks = await driver.StreamAsync();

        Assert.Equal("Grüße, 世界 😀!", chunks.Text());
        Assert.Equal("stop", chunks[^1].FinishReason);
        Assert.Equal(new ModelUsage(26, 282), chunks[^1].Usage);
        Assert.Null(chunks[^1].Delta);
    }

    [Fact]
    public async Task Tool_calls_get_ids_and_texts_of_arguments()
    {
        await using var one = await DriveAsync("tool.json");
        await using var two = await DriveAsync("tools.json");
        await using var streamed = await DriveAsync("tools.ndjson");

        var first = await one.ChatAsync();
        var both = (await two.ChatAsync()).Message;
        var chunks = await streamed.StreamAsync();

        Assert.Equal("tool_calls", first.FinishReason);
        var call = Assert.Single(first.Message["tool_calls"]!.AsArray())!;
        Assert.Equal(["id", "type", "function"], call.AsObject().Select(field => field.Key));
        Assert.Equal("call_x1", call["id"]!.ToString());
        Assert.Equal("""{"format":"celsius","location":"Paris, FR"}""", call["function"]!["arguments"]!.ToString());
        Assert.Equal("two sums", both["reasoning_content"]!.ToString());
        Assert.Equal(2, both["tool_calls"]!.AsArray().Select(call => call!["id"]!.ToString()).Where(id => id.StartsWith("call_", StringComparison.Ordinal)).Distinct().Count());
        Assert.Equal([0, 1], chunks.Where(chunk => chunk.Delta is not null).Select(chunk => chunk.Delta!["tool_calls"]![0]!["index"]!.GetValue<int>()));
        Assert.Equal("tool_calls", chunks[^1].FinishReason);
    }

    [Fact]
    public async Task Thinking_is_reasoning_and_a_limit_is_a_length()
    {
        await using var whole = await DriveAsync("thinking.json");
        await using var streamed = await DriveAsync("thinking.ndjson");

        Assert.Equal("Compare the decimals.", (await whole.ChatAsync()).Message["reasoning_content"]!.ToString());
        var chunks = await streamed.StreamAsync();
        Assert.Equal("Compare decimals.", chunks.Text("reasoning_content"));
        Assert.Equal("9.11", chunks.Text());
        Assert.Equal("length", chunks[^1].FinishReason);
    }

    [Fact]
    public async Task Probabilities_and_the_host_behind_are_kept()
    {
        await using var first = await DriveAsync("logprobs.json");
        await using var cloud = await DriveAsync("cloud.json");

        var reply = await first.ChatAsync("""{"logprobs":true,"top_logprobs":1,"messages":[{"role":"user","content":"x"}]}""");

        Assert.Equal((true, 1), (first.Sent["logprobs"]!.GetValue<bool>(), first.Sent["top_logprobs"]!.GetValue<int>()));
        Assert.Equal("""{"content":[{"token":"Hi","logprob":-0.25,"bytes":[72,105],"top_logprobs":[{"token":"Hi","logprob":-0.25,"bytes":[72,105]}]}],"refusal":null}""", reply.Logprobs!.ToJsonString());
        Assert.Equal("gpt-oss:120b", (await cloud.ChatAsync()).Extra!["remote_model"]!.ToString());
    }

    [Fact]
    public async Task Model_that_was_only_loaded_says_so()
    {
        await using var driver = await DriveAsync("load.json");

        var reply = await driver.ChatAsync();

        Assert.Equal("stop", reply.FinishReason);
        Assert.Equal("""{"native_finish_reason":"load"}""", reply.Extra!.ToJsonString());
        Assert.Equal(ModelUsage.Unknown, reply.Usage);
    }

    [Theory]
    [InlineData(404, "error404.json", "ModelNotFound")]
    [InlineData(429, "error429-limit.json", "Quota")]
    [InlineData(200, "error500.json", "Unavailable")]
    public async Task Error_is_told_apart_by_status_and_body(int status, string file, string failure)
    {
        await using var driver = await DriveAsync(file, status);

        Assert.Equal(failure, (await driver.FailsAsync(stream: false)).Failure.ToString());
    }
}
