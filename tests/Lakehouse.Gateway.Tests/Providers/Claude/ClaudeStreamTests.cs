using System.Text;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using static Lakehouse.Gateway.Tests.Providers.Claude.ClaudeReplyTests;

namespace Lakehouse.Gateway.Tests.Providers.Claude;

public sealed class ClaudeStreamTests
{
    [Fact]
    public async Task Text_streams_with_usage_that_adds_up()
    {
        await using var claude = await ClaudeDriver.StartAsync("text.sse");

        var chunks = await claude.StreamAsync(Streamed(claude));

        Assert.Equal(["Grüße ", "😀!"], chunks.Select(chunk => chunk.Delta?["content"]?.ToString()).OfType<string>());
        Assert.Equal("claude-sonnet-4-5-20250929", chunks.First(chunk => chunk.Model is not null).Model);
        Assert.Equal([new ModelUsage(100, null, 70, 5), new ModelUsage(100, 15, 70, 5)], chunks.Select(chunk => chunk.Usage).OfType<ModelUsage>());
        var last = Assert.Single(chunks, chunk => chunk.FinishReason is not null);
        Assert.Equal("length", last.FinishReason);
        AssertJson("""{"native_finish_reason":"max_tokens"}""", last.Extra!);
        Assert.All(chunks, chunk => Assert.Null(chunk.Native));
        Assert.True(claude.Sent["stream"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Text_is_whole_when_every_byte_comes_alone()
    {
        await using var claude = await ClaudeDriver.StartAsync(async (context, _) =>
        {
            context.Response.ContentType = "text/event-stream";
            foreach (var single in Encoding.UTF8.GetBytes(ClaudeDriver.Fixture("text.sse").Replace("\n", "\r\n", StringComparison.Ordinal)))
            {
                await context.Response.Body.WriteAsync(new[] { single }, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        });

        var chunks = await claude.StreamAsync(Streamed(claude));

        Assert.Equal("Grüße 😀!", ClaudeDriver.Assembled(chunks)["content"]!.ToString());
    }

    [Fact]
    public async Task Parallel_tool_calls_have_indexes_and_whole_arguments()
    {
        await using var claude = await ClaudeDriver.StartAsync("parallel_tool_calls.sse");

        var chunks = await claude.StreamAsync(Streamed(claude));

        AssertJson("""
            {"role":"assistant","content":"Okay.","tool_calls":[
              {"id":"toolu_01T1x1fJ34qAmk2tNTrN7Up6","type":"function","function":{"name":"get_weather","arguments":"{\"city\": \"Zürich\"}"}},
              {"id":"toolu_02","type":"function","function":{"name":"get_time","arguments":"{}"}}]}
            """, ClaudeDriver.Assembled(chunks));
        Assert.Equal([0, 0, 0, 1, 1], chunks.Select(chunk => chunk.Delta?["tool_calls"]?[0]!["index"]!.GetValue<int>()).OfType<int>());
        Assert.Equal(new ModelUsage(480, 89), chunks.Last(chunk => chunk.Usage is not null).Usage);
        Assert.Equal("tool_calls", chunks.Single(chunk => chunk.FinishReason is not null).FinishReason);
    }

    [Fact]
    public async Task Streamed_thinking_is_the_same_message_as_the_whole_reply()
    {
        await using var streaming = await ClaudeDriver.StartAsync("thinking.sse");
        await using var buffered = await ClaudeDriver.StartAsync("thinking.json");

        var chunks = await streaming.StreamAsync(Streamed(streaming));
        var whole = await buffered.ChatAsync(ClaudeDriver.Call(buffered.Config));

        AssertJson(whole.Message.ToJsonString(), ClaudeDriver.Assembled(chunks));
        Assert.Equal(new ModelUsage(9, 30, ReasoningTokens: 21), chunks.Last(chunk => chunk.Usage is not null).Usage);
        Assert.Equal("END", chunks.Single(chunk => chunk.Extra is not null).Extra!["stop_sequence"]!.ToString());
    }

    [Fact]
    public async Task Blocks_that_no_delta_can_say_come_whole_at_the_end()
    {
        await using var claude = await ClaudeDriver.StartAsync("server_tool.sse");

        var chunks = await claude.StreamAsync(Streamed(claude));

        var message = ClaudeDriver.Assembled(chunks);
        Assert.Equal("Otters hold hands.", message["content"]!.ToString());
        AssertJson("""
            [{"type":"server_tool_use","id":"srvtoolu_01","name":"web_search","input":{"query":"otters"}},
             {"type":"web_search_tool_result","tool_use_id":"srvtoolu_01","content":[{"type":"web_search_result","title":"Otters","url":"https://example.org/otters","encrypted_content":"EqgfCioIARgB","page_age":null}]},
             {"type":"text","text":"Otters hold hands.","citations":[{"type":"web_search_result_location","cited_text":"Otters","url":"https://example.org/otters","title":"Otters","encrypted_index":"Eo8B"}]}]
            """, message["anthropic_content"]!);
        Assert.Equal(10682, chunks.Last(chunk => chunk.Usage is not null).Usage!.PromptTokens);
    }

    [Theory]
    [InlineData("overloaded_error", ProviderFailure.Unavailable)]
    [InlineData("api_error", ProviderFailure.Unavailable)]
    [InlineData("timeout_error", ProviderFailure.Unavailable)]
    [InlineData("rate_limit_error", ProviderFailure.RateLimited)]
    [InlineData("invalid_request_error", ProviderFailure.InvalidRequest)]
    [InlineData("request_too_large", ProviderFailure.InvalidRequest)]
    [InlineData("authentication_error", ProviderFailure.Auth)]
    [InlineData("permission_error", ProviderFailure.Auth)]
    [InlineData("billing_error", ProviderFailure.Quota)]
    [InlineData("not_found_error", ProviderFailure.ModelNotFound)]
    [InlineData("error_of_tomorrow", ProviderFailure.Unavailable)]
    public async Task Error_in_the_stream_is_an_error(string type, object failure)
    {
        await using var claude = await ClaudeDriver.StartAsync((context, _) => context.Response.WriteAsync(
            ClaudeDriver.Fixture("error.sse").Replace("overloaded_error", type, StringComparison.Ordinal).Replace("Overloaded", $"key {ClaudeDriver.Key}", StringComparison.Ordinal), context.RequestAborted));
        var seen = new List<ModelChunk>();

        var problem = await Assert.ThrowsAsync<ProviderException>(() => claude.StreamAsync(Streamed(claude), seen.Add));

        Assert.Equal((ProviderFailure)failure, problem.Failure);
        Assert.DoesNotContain("planted", problem.Message, StringComparison.Ordinal);
        Assert.Equal("Half", ClaudeDriver.Assembled(seen)["content"]!.ToString());
    }

    [Fact]
    public async Task Cut_stream_is_an_error_after_what_was_said()
    {
        await using var claude = await ClaudeDriver.StartAsync("cut.sse");
        var seen = new List<ModelChunk>();

        var problem = await Assert.ThrowsAsync<ProviderException>(() => claude.StreamAsync(Streamed(claude), seen.Add));

        Assert.Equal(ProviderFailure.CutStream, problem.Failure);
        Assert.Equal("Half", ClaudeDriver.Assembled(seen)["content"]!.ToString());
        Assert.DoesNotContain(seen, chunk => chunk.FinishReason is not null);
    }

    [Theory]
    [InlineData("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n", ProviderFailure.CutStream)]
    [InlineData("event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":3}}\n\n", ProviderFailure.CutStream)]
    [InlineData("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":7,\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}\n\n", ProviderFailure.Protocol)]
    [InlineData("event: content_block_delta\ndata: {\"type\":\"content_block_delta\"\n\n", ProviderFailure.Protocol)]
    [InlineData("event: message_delta\ndata: {\"delta\":1,\"delta\":2}\n\n", ProviderFailure.Protocol)]
    [InlineData("<html>gateway timeout</html>\n", ProviderFailure.Protocol)]
    [InlineData("{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow\"}}\n", ProviderFailure.RateLimited)]
    public async Task Stream_that_ends_wrongly_is_an_error(string tail, object failure)
    {
        var head = tail[0] is '<' or '{' ? "" : ClaudeDriver.Fixture("cut.sse");
        await using var claude = await ClaudeDriver.StartAsync((context, _) => context.Response.WriteAsync(head + tail, context.RequestAborted));

        var problem = await Assert.ThrowsAsync<ProviderException>(() => claude.StreamAsync(Streamed(claude)));

        Assert.Equal((ProviderFailure)failure, problem.Failure);
    }

    [Fact]
    public async Task Giant_line_is_an_error()
    {
        await using var claude = await ClaudeDriver.StartAsync(async (context, _) =>
        {
            await context.Response.WriteAsync(ClaudeDriver.Fixture("cut.sse") + "data: ", context.RequestAborted);
            var piece = new string('x', 1 << 20);
            for (var count = 0; count < 6 && !context.RequestAborted.IsCancellationRequested; count++)
            {
                await context.Response.WriteAsync(piece, CancellationToken.None);
            }
        });

        var problem = await Assert.ThrowsAsync<ProviderException>(() => claude.StreamAsync(Streamed(claude)));

        Assert.Equal(ProviderFailure.Protocol, problem.Failure);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Silence_before_the_first_byte_is_a_timeout(bool stream)
    {
        var time = new FakeTimeProvider();
        await using var claude = await ClaudeDriver.StartAsync((context, _) =>
        {
            time.Advance(ClaudeDriver.Timeouts.FirstByte);
            return OllamaStub.HangAsync(context);
        }, time);

        var problem = await Assert.ThrowsAsync<ProviderException>(() => stream ? claude.StreamAsync(Streamed(claude)) : claude.ChatAsync(ClaudeDriver.Call(claude.Config)));

        Assert.Equal(ProviderFailure.FirstByteTimeout, problem.Failure);
    }

    [Fact]
    public async Task Silence_in_the_middle_is_a_timeout()
    {
        var time = new FakeTimeProvider();
        await using var claude = await ClaudeDriver.StartAsync(async (context, _) =>
        {
            await ClaudeDriver.FileAsync(context, "cut.sse");
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await OllamaStub.HangAsync(context);
        }, time);

        var problem = await Assert.ThrowsAsync<ProviderException>(() => claude.StreamAsync(Streamed(claude), chunk =>
        {
            if (chunk.Delta is not null)
            {
                time.Advance(ClaudeDriver.Timeouts.Idle);
            }
        }));

        Assert.Equal(ProviderFailure.IdleTimeout, problem.Failure);
    }

    [Fact]
    public async Task Unknown_event_is_passed_over()
    {
        var text = ClaudeDriver.Fixture("text.sse").Replace("event: ping", "event: news_of_tomorrow", StringComparison.Ordinal).Replace("\"ping\"", "\"news_of_tomorrow\"", StringComparison.Ordinal);
        await using var claude = await ClaudeDriver.StartAsync((context, _) => context.Response.WriteAsync(text, context.RequestAborted));

        var chunks = await claude.StreamAsync(Streamed(claude));

        Assert.Equal("Grüße 😀!", ClaudeDriver.Assembled(chunks)["content"]!.ToString());
    }

    private static ProviderCall Streamed(ClaudeDriver claude) => ClaudeDriver.Call(claude.Config, stream: true);
}
