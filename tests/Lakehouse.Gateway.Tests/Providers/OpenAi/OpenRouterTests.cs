using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.OpenAi;
using Lakehouse.Gateway.Providers.Upstream;

namespace Lakehouse.Gateway.Tests.Providers.OpenAi;

public sealed class OpenRouterTests() : ProviderContract("openrouter", ".sse")
{
    private protected override ProviderFailure ErrorInStream => ProviderFailure.RateLimited;

    private protected override IModelProvider Adapt(UpstreamClient upstream) => new OpenRouterProvider(upstream);

    [Fact]
    public async Task Whole_reply_has_reasoning_and_the_bill()
    {
        await using var driver = await DriveAsync("whole.json");

        var reply = await driver.ChatAsync();

        Assert.Equal("Lakehouse", driver.Asked.Headers["X-Title"]);
        Assert.Equal("http://lakehouse.localhost:3100", driver.Asked.Headers["HTTP-Referer"]);
        Assert.Equal(["role", "content", "refusal", "reasoning_details", "reasoning_content"], reply.Message.Select(field => field.Key));
        Assert.Equal("Compare the decimals.", reply.Message["reasoning_content"]!.ToString());
        Assert.Equal("sig-abc", reply.Message["reasoning_details"]![0]!["signature"]!.ToString());
        Assert.Equal("ZW5j", reply.Message["reasoning_details"]![1]!["data"]!.ToString());
        Assert.Equal(new ModelUsage(194, 71, CachedTokens: 100, CacheWriteTokens: 30, ReasoningTokens: 64, CostNanoUsd: 952_500), reply.Usage);
        Assert.Equal("""{"provider":"OpenAI","native_finish_reason":"completed"}""", reply.Extra!.ToJsonString());
    }

    [Fact]
    public async Task Bill_with_an_own_key_has_both_parts()
    {
        await using var driver = await DriveAsync("byok.json");

        Assert.Equal(315_000, (await driver.ChatAsync()).Usage.CostNanoUsd);
    }

    [Fact]
    public async Task Stream_has_reasoning_text_and_the_bill_between_comments()
    {
        await using var driver = await DriveAsync("stream.sse");

        var chunks = await driver.StreamAsync();

        Assert.Equal("Compare decimals.", chunks.Text("reasoning_content"));
        Assert.Equal("decimals.", chunks.Last(chunk => chunk.Delta?["reasoning_details"] is not null).Delta!["reasoning_details"]![0]!["summary"]!.ToString());
        Assert.Equal("9.11 — größer 😀", chunks.Text());
        var end = chunks.Single(chunk => chunk.FinishReason is not null);
        Assert.Equal("stop", end.FinishReason);
        Assert.Equal("completed", end.Extra!["native_finish_reason"]!.ToString());
        Assert.Equal(952_500, chunks[^1].Usage!.CostNanoUsd);
    }

    [Fact]
    public async Task Images_pass_both_ways()
    {
        await using var driver = await DriveAsync("image.json");
        await using var streamed = await DriveAsync("image.sse");
        const string asked = """{"modalities":["image","text"],"messages":[{"role":"user","content":[{"type":"text","text":"Like this:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD","detail":"low"}}]}]}""";

        var reply = await driver.ChatAsync(asked);
        var chunks = await streamed.StreamAsync();

        Assert.Equal("""[{"type":"text","text":"Like this:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD","detail":"low"}}]""", driver.Sent["messages"]![0]!["content"]!.ToJsonString());
        Assert.Equal("""["image","text"]""", driver.Sent["modalities"]!.ToJsonString());
        const string image = """[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="},"index":0}]""";
        Assert.Equal(image, reply.Message["images"]!.ToJsonString());
        Assert.Equal(image, chunks.Single(chunk => chunk.Delta?["images"] is not null).Delta!["images"]!.ToJsonString());
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

        Assert.Equal("call_abc123", Assert.Single(first.Message["tool_calls"]!.AsArray())!["id"]!.ToString());
        Assert.Equal("tool_calls", both.FinishReason);
        Assert.Equal(2, both.Message["tool_calls"]!.AsArray().Count);
        Assert.Equal(["call_a", "call_b"], chunks.Select(chunk => chunk.Delta?["tool_calls"]?[0]?["id"]?.ToString()).OfType<string>());
        Assert.Equal(194, chunks[^1].Usage!.PromptTokens);
        Assert.Equal("tool_calls", chunks[^1].FinishReason);
    }

    [Theory]
    [InlineData(402, "error402.json", "Quota")]
    [InlineData(403, "error403.json", "ContentFiltered")]
    [InlineData(200, "error-in-200.json", "Unavailable")]
    public async Task Error_is_told_apart_by_its_body(int status, string file, string failure)
    {
        await using var driver = await DriveAsync(file, status);

        Assert.Equal(failure, (await driver.FailsAsync(stream: false)).Failure.ToString());
    }

    [Fact]
    public async Task Error_says_what_the_provider_behind_it_said()
    {
        await using var driver = await DriveAsync("error429.json", 429);

        Assert.Equal("OpenRouter answered 429: Provider returned error (qwen/qwen3:free is temporarily rate-limited upstream.)", (await driver.FailsAsync(stream: true)).Message);
    }

    [Fact]
    public async Task Error_with_a_finish_reason_is_a_failure()
    {
        await using var driver = await DriveAsync("error-in-choice.sse");

        var problem = await driver.FailsAsync(stream: true);

        Assert.Equal(ProviderFailure.Unavailable, problem.Failure);
        Assert.Equal("OpenRouter failed in its reply: Provider disconnected unexpectedly.", problem.Message);
    }

    [Fact]
    public async Task Models_are_listed_with_their_windows()
    {
        await using var driver = await DriveAsync("models.json");

        Assert.Equal([new("openai/gpt-5", DateTimeOffset.FromUnixTimeSeconds(1754587413), null, 400_000)], await driver.ListAsync());
    }

    [Fact]
    public async Task Embeddings_have_their_bill()
    {
        await using var driver = await DriveAsync("embeddings.json");

        var reply = await driver.EmbedAsync("""{"input":"a"}""");

        Assert.Equal([0.5f, 1.5f], Assert.Single(reply.Vectors));
        Assert.Equal(new ModelUsage(8, 0, CostNanoUsd: 160), reply.Usage);
    }
}
