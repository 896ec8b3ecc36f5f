using System.Text.Json.Nodes;
using Lakehouse.Gateway.Chat.Anthropic;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Tests.Providers.Claude;
using static Lakehouse.Gateway.Tests.Providers.Claude.ClaudeReplyTests;

namespace Lakehouse.Gateway.Tests.Chat.Anthropic;

public sealed class AnthropicShapeTests
{
    private readonly AnthropicShape _shape = new();

    [Fact]
    public void Reply_of_any_vendor_is_a_message()
    {
        var message = JsonNode.Parse("""
            {"role":"assistant","content":"Grüße","reasoning_content":"hm","tool_calls":[
              {"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"},"extra_content":{"google":{"thought_signature":"s"}}},
              {"id":"call_2","type":"function","function":{"name":"g","arguments":"{\"cut"}}]}
            """)!.AsObject();

        var whole = JsonNode.Parse(_shape.Whole(AnthropicCalls.Call, new("qwen3:8b", message, "tool_calls", ModelUsage.Unknown), AnthropicCalls.Used))!.AsObject();

        AssertJson("""
            {"id":"msg_0192f","type":"message","role":"assistant","model":"qwen3:8b","content":[
               {"type":"thinking","thinking":"hm","signature":""},
               {"type":"text","text":"Grüße","citations":null},
               {"type":"tool_use","id":"call_1","name":"f","input":{"a":1},"caller":{"type":"direct"},"extra_content":{"google":{"thought_signature":"s"}}},
               {"type":"tool_use","id":"call_2","name":"g","input":{"INVALID_JSON":"{\"cut"},"caller":{"type":"direct"}}],
             "stop_reason":"tool_use","stop_sequence":null,"stop_details":null,"container":null,"diagnostics":null,
             "usage":{"input_tokens":20,"cache_creation_input_tokens":100,"cache_read_input_tokens":3000,"output_tokens":15,"output_tokens_details":{"thinking_tokens":4},"server_tool_use":null,"service_tier":null}}
            """, whole);
    }

    [Fact]
    public async Task Thinking_of_Claude_keeps_its_signature_and_its_stop_sequence()
    {
        await using var claude = await ClaudeDriver.StartAsync("thinking.json");
        var reply = await claude.ChatAsync(ClaudeDriver.Call(claude.Config));

        var whole = JsonNode.Parse(_shape.Whole(AnthropicCalls.Call, reply, AnthropicCalls.Used))!.AsObject();

        AssertJson("""
            [{"type":"thinking","thinking":"Let me see.","signature":"EqQBCgIYAhIM1gbcDa9GJwZA2b3h"},{"type":"redacted_thinking","data":"EmwKAhgBEgy3va3pzix"},{"type":"text","text":"42","citations":null}]
            """, whole["content"]!);
        Assert.Equal(("stop_sequence", "END"), (whole["stop_reason"]!.ToString(), whole["stop_sequence"]!.ToString()));
    }

    [Fact]
    public async Task Blocks_that_no_message_can_say_come_back_through_it()
    {
        await using var claude = await ClaudeDriver.StartAsync("server_tool.json");
        var reply = await claude.ChatAsync(ClaudeDriver.Call(claude.Config));

        var whole = JsonNode.Parse(_shape.Whole(AnthropicCalls.Call, reply, AnthropicCalls.Used))!.AsObject();

        AssertJson(JsonNode.Parse(ClaudeDriver.Fixture("server_tool.json"))!["content"]!.ToJsonString(), whole["content"]!);
        AssertJson("""{"web_search_requests":1}""", whole["usage"]!["server_tool_use"]!);
    }

    [Fact]
    public void Native_reply_is_passed_on_whole()
    {
        var native = JsonNode.Parse(ClaudeDriver.Fixture("server_tool.json"))!.AsObject();

        var whole = JsonNode.Parse(_shape.Whole(AnthropicCalls.Call, new("m", new() { ["content"] = "x" }, "stop", ModelUsage.Unknown, Native: native), AnthropicCalls.Used))!.AsObject();

        AssertJson(ClaudeDriver.Fixture("server_tool.json"), whole);
    }

    [Theory]
    [InlineData("stop", "{}", null, "end_turn")]
    [InlineData("stop", """{"native_finish_reason":"pause_turn"}""", null, "pause_turn")]
    [InlineData("stop", """{"native_finish_reason":"STOP"}""", null, "end_turn")]
    [InlineData("stop", """{"stop_sequence":"END"}""", null, "stop_sequence")]
    [InlineData("stop", "{}", "I cannot.", "refusal")]
    [InlineData("length", "{}", null, "max_tokens")]
    [InlineData("length", """{"native_finish_reason":"model_context_window_exceeded"}""", null, "model_context_window_exceeded")]
    [InlineData("tool_calls", "{}", null, "tool_use")]
    [InlineData("content_filter", "{}", null, "refusal")]
    public void Every_finish_reason_has_its_stop_reason(string finishReason, string extra, string? refusal, string stopReason)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = refusal is null ? "x" : null, ["refusal"] = refusal };

        var whole = JsonNode.Parse(_shape.Whole(AnthropicCalls.Call, new("m", message, finishReason, ModelUsage.Unknown, Extra: JsonNode.Parse(extra)!.AsObject()), AnthropicCalls.Used))!.AsObject();

        Assert.Equal(stopReason, whole["stop_reason"]!.ToString());
        Assert.Equal(refusal ?? "x", Assert.Single(whole["content"]!.AsArray())!["text"]!.ToString());
    }

    [Theory]
    [InlineData(400, "invalid_request_error")]
    [InlineData(401, "authentication_error")]
    [InlineData(402, "billing_error")]
    [InlineData(403, "permission_error")]
    [InlineData(404, "not_found_error")]
    [InlineData(409, "invalid_request_error")]
    [InlineData(413, "request_too_large")]
    [InlineData(429, "rate_limit_error")]
    [InlineData(500, "api_error")]
    [InlineData(502, "api_error")]
    [InlineData(503, "overloaded_error")]
    [InlineData(504, "timeout_error")]
    [InlineData(529, "overloaded_error")]
    public void Error_has_Anthropics_type_and_our_code(int status, string type)
    {
        var error = _shape.Error(new(status, "some_code", "It went wrong.", "messages.0"), "req_0192f");

        AssertJson($$"""{"type":"error","error":{"type":"{{type}}","message":"It went wrong.","details":{"error_code":"some_code","param":"messages.0"} },"request_id":"req_0192f"}""", error);
        AssertJson("""{"type":"error","error":{"type":"invalid_request_error","message":"m","details":{"error_code":"c"}},"request_id":null}""", _shape.Error(new ApiError(400, "c", "m"), null));
    }
}
