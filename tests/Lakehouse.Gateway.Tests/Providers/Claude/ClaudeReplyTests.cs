using System.Text.Json.Nodes;
using Lakehouse.Gateway.Providers;

namespace Lakehouse.Gateway.Tests.Providers.Claude;

public sealed class ClaudeReplyTests
{
    [Fact]
    public async Task Whole_reply_has_text_usage_and_reason()
    {
        await using var claude = await ClaudeDriver.StartAsync("whole.json");

        var reply = await claude.ChatAsync(ClaudeDriver.Call(claude.Config));

        Assert.Equal("claude-sonnet-4-5-20250929", reply.Model);
        AssertJson("""{"role":"assistant","content":"Grüße aus Zürich 😀"}""", reply.Message);
        Assert.Equal("stop", reply.FinishReason);
        Assert.Equal(new ModelUsage(3120, 15, CachedTokens: 3000, CacheWriteTokens: 100, ReasoningTokens: 4, CacheWriteHourTokens: 40), reply.Usage);
        AssertJson("""{"native_finish_reason":"end_turn","service_tier":"standard","cache_creation":{"ephemeral_5m_input_tokens":60,"ephemeral_1h_input_tokens":40},"inference_geo":"global"}""", reply.Extra!);
        Assert.Null(reply.Native);
        var request = claude.Server.Requests.Single();
        Assert.Equal(("POST", "/v1/messages"), (request.Method, request.PathAndQuery));
        Assert.Equal((ClaudeDriver.Key, "2023-06-01"), (request.Headers["x-api-key"], request.Headers["anthropic-version"]));
        Assert.DoesNotContain("anthropic-beta", request.Headers.Keys);
    }

    [Fact]
    public async Task Tool_call_carries_its_arguments_as_text()
    {
        await using var claude = await ClaudeDriver.StartAsync("tool_call.json");

        var reply = await claude.ChatAsync(ClaudeDriver.Call(claude.Config));

        Assert.Equal("tool_calls", reply.FinishReason);
        Assert.Equal("I'll check the weather.", reply.Message["content"]!.ToString());
        AssertJson("""[{"id":"toolu_01A09q90qw90lq917835lq9","type":"function","function":{"name":"get_weather","arguments":"{\"city\":\"Zürich\",\"days\":2.50}"}}]""", reply.Message["tool_calls"]!);
    }

    [Fact]
    public async Task Parallel_tool_calls_keep_their_order_and_have_no_text()
    {
        await using var claude = await ClaudeDriver.StartAsync("parallel_tool_calls.json");

        var reply = await claude.ChatAsync(ClaudeDriver.Call(claude.Config));

        Assert.True(reply.Message.ContainsKey("content"));
        Assert.Null(reply.Message["content"]);
        Assert.Equal(["toolu_1", "toolu_2"], reply.Message["tool_calls"]!.AsArray().Select(call => call!["id"]!.ToString()));
        Assert.Equal(["{\"city\":\"Rome\"}", "{}"], reply.Message["tool_calls"]!.AsArray().Select(call => call!["function"]!["arguments"]!.ToString()));
        Assert.False(reply.Message.ContainsKey("anthropic_content"));
    }

    [Fact]
    public async Task Thinking_keeps_its_signature_and_what_is_redacted()
    {
        await using var claude = await ClaudeDriver.StartAsync("thinking.json");

        var reply = await claude.ChatAsync(ClaudeDriver.Call(claude.Config));

        AssertJson("""
            {"role":"assistant","content":"42","reasoning_content":"Let me see.","reasoning_details":[
              {"type":"reasoning.text","text":"Let me see.","signature":"EqQBCgIYAhIM1gbcDa9GJwZA2b3h","format":"anthropic-claude-v1","index":0},
              {"type":"reasoning.encrypted","data":"EmwKAhgBEgy3va3pzix","format":"anthropic-claude-v1","index":1}]}
            """, reply.Message);
        Assert.Equal("stop", reply.FinishReason);
        Assert.Equal("END", reply.Extra!["stop_sequence"]!.ToString());
    }

    [Fact]
    public async Task Blocks_that_no_message_can_say_are_kept_whole()
    {
        await using var claude = await ClaudeDriver.StartAsync("server_tool.json");

        var reply = await claude.ChatAsync(ClaudeDriver.Call(claude.Config));

        Assert.Equal("I'll search.Otters hold hands.", reply.Message["content"]!.ToString());
        AssertJson(JsonNode.Parse(ClaudeDriver.Fixture("server_tool.json"))!["content"]!.ToJsonString(), reply.Message["anthropic_content"]!);
        AssertJson("""{"native_finish_reason":"end_turn","service_tier":"priority","server_tool_use":{"web_search_requests":1}}""", reply.Extra!);
    }

    [Theory]
    [InlineData("end_turn", "stop")]
    [InlineData("stop_sequence", "stop")]
    [InlineData("pause_turn", "stop")]
    [InlineData("max_tokens", "length")]
    [InlineData("model_context_window_exceeded", "length")]
    [InlineData("tool_use", "tool_calls")]
    [InlineData("refusal", "content_filter")]
    public async Task Every_stop_reason_has_its_finish_reason(string stopReason, string finishReason)
    {
        await using var claude = await ClaudeDriver.StartAsync((context, _) => WriteAsync(context, ClaudeDriver.Fixture("whole.json").Replace("end_turn", stopReason, StringComparison.Ordinal)));

        var reply = await claude.ChatAsync(ClaudeDriver.Call(claude.Config));

        Assert.Equal((finishReason, stopReason), (reply.FinishReason, reply.Extra!["native_finish_reason"]!.ToString()));
    }

    [Theory]
    [InlineData("<html>busy</html>", ProviderFailure.Protocol)]
    [InlineData("[]", ProviderFailure.Protocol)]
    [InlineData("""{"id":"msg_1","type":"message"}""", ProviderFailure.Protocol)]
    [InlineData("""{"content":[{"text":"no type"}],"stop_reason":"end_turn"}""", ProviderFailure.Protocol)]
    [InlineData("""{"content":[{"type":"tool_use","input":{}}],"stop_reason":"tool_use"}""", ProviderFailure.Protocol)]
    [InlineData("""{"content":[{"type":"text","text":"half"}],"stop_reason":null}""", ProviderFailure.CutStream)]
    [InlineData("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", ProviderFailure.Unavailable)]
    public async Task Garbage_instead_of_a_reply_is_a_fault(string body, object failure)
    {
        await using var claude = await ClaudeDriver.StartAsync((context, _) => WriteAsync(context, body));

        var problem = await Assert.ThrowsAsync<ProviderException>(() => claude.ChatAsync(ClaudeDriver.Call(claude.Config)));

        Assert.Equal((ProviderFailure)failure, problem.Failure);
    }

    internal static void AssertJson(string expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual.ToJsonString())), $"Expected {expected}\nActual   {actual.ToJsonString()}");

    private static Task WriteAsync(Microsoft.AspNetCore.Http.HttpContext context, string body) =>
        context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(body), context.RequestAborted).AsTask();
}
