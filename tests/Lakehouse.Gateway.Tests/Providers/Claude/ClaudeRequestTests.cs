using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using static Lakehouse.Gateway.Tests.Providers.Claude.ClaudeReplyTests;

namespace Lakehouse.Gateway.Tests.Providers.Claude;

public sealed class ClaudeRequestTests
{
    private const string Hi = """ "messages":[{"role":"user","content":"Hi"}] """;

    [Fact]
    public void Conversation_becomes_system_prompt_and_turns() => AssertSent("""
        {"messages":[
          {"role":"system","content":"Be brief."},
          {"role":"developer","content":[{"type":"text","text":"Be kind.","cache_control":{"type":"ephemeral"}}]},
          {"role":"user","content":"Look:"},
          {"role":"user","content":[
            {"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD","detail":"high"},"cache_control":{"type":"ephemeral"}},
            {"type":"image_url","image_url":{"url":"https://example.org/a.png"}},
            {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERg=="}},
            {"type":"file","file":{"file_data":"data:text/plain;base64,R3LDvMOfZQ=="}}]},
          {"role":"assistant","content":"","reasoning_content":"hm","reasoning":"hm","refusal":null,"audio":null,"function_call":null,"annotations":[],"images":[],"reasoning_details":[
            {"type":"reasoning.text","text":"hm","signature":"c2ln","format":"anthropic-claude-v1","index":0},
            {"type":"reasoning.encrypted","data":"ZW5j","index":1},
            {"type":"reasoning.encrypted","data":"b3RoZXI=","format":"openai-responses-v1","index":2},
            {"type":"reasoning.text","text":"nobody signed this"}],
           "tool_calls":[
            {"id":"call_1","type":"function","function":{"name":"sum","arguments":"{\"a\":1}"}},
            {"id":"call_2","type":"function","function":{"name":"now","arguments":""},"extra_content":{"google":{"thought_signature":"x"}}}]},
          {"role":"tool","tool_call_id":"call_1","name":"sum","content":"1"},
          {"role":"tool","tool_call_id":"call_2","is_error":true,"content":[{"type":"text","text":"late"},{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,QUJD"}}]},
          {"role":"user","content":"So?"}]}
        """, """
        {"model":"claude-sonnet-4-5","max_tokens":32000,
         "system":[{"type":"text","text":"Be brief."},{"type":"text","text":"Be kind.","cache_control":{"type":"ephemeral"}}],
         "messages":[
          {"role":"user","content":[
            {"type":"text","text":"Look:"},
            {"type":"image","source":{"type":"base64","media_type":"image/png","data":"QUJD"},"cache_control":{"type":"ephemeral"}},
            {"type":"image","source":{"type":"url","url":"https://example.org/a.png"}},
            {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERg=="},"title":"a.pdf"},
            {"type":"document","source":{"type":"text","media_type":"text/plain","data":"Grüße"}}]},
          {"role":"assistant","content":[
            {"type":"thinking","thinking":"hm","signature":"c2ln"},
            {"type":"redacted_thinking","data":"ZW5j"},
            {"type":"tool_use","id":"call_1","name":"sum","input":{"a":1}},
            {"type":"tool_use","id":"call_2","name":"now","input":{}}]},
          {"role":"user","content":[
            {"type":"tool_result","tool_use_id":"call_1","content":"1"},
            {"type":"tool_result","tool_use_id":"call_2","content":[{"type":"text","text":"late"},{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"QUJD"}}],"is_error":true},
            {"type":"text","text":"So?"}]}]}
        """);

    [Theory]
    [InlineData("""{"role":"assistant","content":""}""")]
    [InlineData("""{"role":"assistant","content":null}""")]
    public void Turn_in_which_the_model_said_nothing_is_left_out(string turn) => AssertSent($$"""
        {"messages":[{"role":"user","content":"Hi"},{{turn}},{"role":"user","content":"Hello?"}]}
        """, """
        {"model":"claude-sonnet-4-5","max_tokens":32000,"messages":[{"role":"user","content":[{"type":"text","text":"Hi"},{"type":"text","text":"Hello?"}]}]}
        """);

    [Fact]
    public void Settings_and_tools_are_said_in_Claudes_terms() => AssertSent($$"""
        { {{Hi}}, "stream":true,"stream_options":{"include_usage":true},"store":true,"metadata":{"team":"a"},"prompt_cache_key":"k","safety_identifier":"s",
          "n":1,"seed":null,"logit_bias":{},"frequency_penalty":0,"presence_penalty":0.0,"logprobs":false,"modalities":["text"],
          "temperature":0.5,"top_p":0.9,"top_k":5,"stop":"END","user":"u-1","service_tier":"default","inference_geo":"us",
          "max_tokens":7,"max_completion_tokens":8,
          "tools":[{"type":"function","function":{"name":"sum","description":"adds","parameters":{"properties":{"a":{"type":"number"} } },"strict":true},"cache_control":{"type":"ephemeral"} },
                   {"type":"function","function":{"name":"now"} },
                   {"type":"web_search_20260318","name":"web_search","max_uses":2}],
          "tool_choice":{"type":"function","function":{"name":"sum"} },"parallel_tool_calls":false,
          "response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object"} } } }
        """, """
        {"model":"claude-sonnet-4-5","max_tokens":32000,"stream":true,"messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}],
         "temperature":0.5,"top_p":0.9,"top_k":5,"inference_geo":"us","stop_sequences":["END"],"metadata":{"user_id":"u-1"},"service_tier":"standard_only",
         "tools":[{"name":"sum","description":"adds","input_schema":{"properties":{"a":{"type":"number"}},"type":"object"},"strict":true,"cache_control":{"type":"ephemeral"}},
                  {"name":"now","input_schema":{"type":"object"}},
                  {"type":"web_search_20260318","name":"web_search","max_uses":2}],
         "tool_choice":{"type":"tool","name":"sum","disable_parallel_tool_use":true},
         "output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}}
        """, stream: true);

    [Theory]
    [InlineData("\"auto\"", null, """{"type":"auto"}""")]
    [InlineData("\"none\"", false, """{"type":"none"}""")]
    [InlineData("\"required\"", null, """{"type":"any"}""")]
    [InlineData("null", false, """{"type":"auto","disable_parallel_tool_use":true}""")]
    [InlineData("null", true, null)]
    public void Choice_among_tools_is_mapped(string choice, bool? parallel, string? expected)
    {
        var sent = Sent($$"""{ {{Hi}}, "tools":[{"type":"function","function":{"name":"f"} }], "tool_choice":{{choice}}, "parallel_tool_calls":{{parallel?.ToString().ToLowerInvariant() ?? "null"}} }""");

        Assert.Equal(expected, sent["tool_choice"]?.ToJsonString());
    }

    [Theory]
    [InlineData("claude-sonnet-4-5", "true", 32_000, """{"type":"enabled","budget_tokens":4096}""", null)]
    [InlineData("claude-sonnet-4-5", "true", 3_000, """{"type":"enabled","budget_tokens":1500}""", null)]
    [InlineData("claude-3-7-sonnet-20250219", "\"low\"", 1_025, """{"type":"enabled","budget_tokens":1024}""", null)]
    [InlineData("claude-sonnet-4-20250514", "\"high\"", 64_000, """{"type":"enabled","budget_tokens":16384}""", null)]
    [InlineData("claude-sonnet-4-5", "31999", 32_000, """{"type":"enabled","budget_tokens":31999}""", null)]
    [InlineData("claude-opus-4-6", "10000", 100, """{"type":"adaptive","display":"summarized"}""", "high")]
    [InlineData("claude-haiku-4-5-20251001", "false", 100, null, null)]
    [InlineData("claude-opus-4-6", "true", 100, """{"type":"adaptive","display":"summarized"}""", null)]
    [InlineData("claude-sonnet-5", "\"medium\"", 100, """{"type":"adaptive","display":"summarized"}""", "medium")]
    [InlineData("claude-mythos-preview", "\"low\"", 100, """{"type":"adaptive","display":"summarized"}""", "low")]
    [InlineData("claude-opus-5-5", "false", 100, """{"type":"disabled"}""", null)]
    public void Thinking_is_told_as_the_model_wants_it(string model, string think, int maxTokens, string? thinking, string? effort)
    {
        var sent = ClaudeDriver.Prepared(ClaudeDriver.Call(ClaudeDriver.Anywhere, model: model, maxTokens: maxTokens, think: JsonNode.Parse(think)));

        Assert.Equal(thinking, sent["thinking"]?.ToJsonString());
        Assert.Equal(effort, sent["output_config"]?["effort"]?.ToString());
    }

    [Theory]
    [InlineData("claude-opus-4-6", "xhigh", null, "xhigh")]
    [InlineData("claude-opus-4-5-20251101", "low", null, "low")]
    [InlineData("claude-sonnet-4-5", "high", """{"type":"enabled","budget_tokens":16000}""", null)]
    [InlineData("claude-sonnet-5", "none", """{"type":"disabled"}""", null)]
    [InlineData("claude-sonnet-4-5", "none", null, null)]
    public void Reasoning_effort_is_told_as_the_model_wants_it(string model, string effort, string? thinking, string? expected)
    {
        var sent = Sent($$"""{ {{Hi}}, "reasoning_effort":"{{effort}}" }""", model: model);

        Assert.Equal(thinking, sent["thinking"]?.ToJsonString());
        Assert.Equal(expected, sent["output_config"]?["effort"]?.ToString());
    }

    [Theory]
    [InlineData("logit_bias", """{"50256":-100}""")]
    [InlineData("logprobs", "true")]
    [InlineData("top_logprobs", "2")]
    [InlineData("seed", "7")]
    [InlineData("frequency_penalty", "0.5")]
    [InlineData("presence_penalty", "-1")]
    [InlineData("n", "2")]
    [InlineData("audio", """{"voice":"alloy"}""")]
    [InlineData("modalities", """["text","audio"]""")]
    [InlineData("prediction", """{"type":"content","content":"x"}""")]
    [InlineData("functions", """[{"name":"f"}]""")]
    [InlineData("verbosity", "\"low\"")]
    [InlineData("temperature", "1.5")]
    [InlineData("service_tier", "\"flex\"")]
    [InlineData("response_format", """{"type":"json_object"}""", "response_format.type")]
    [InlineData("response_format", """{"type":"json_schema"}""", "response_format.json_schema.schema")]
    [InlineData("reasoning_effort", "\"minimal\"")]
    [InlineData("tools", """[{"type":"custom","custom":{"name":"g"}}]""", "tools[0].type")]
    [InlineData("tools", """[{"type":"function","function":{}}]""", "tools[0].function.name")]
    [InlineData("tools", """[{"type":"function","function":{"name":"f","parameters":"x"}}]""", "tools[0].function.parameters")]
    [InlineData("tool_choice", "\"sometimes\"")]
    public void Field_that_Claude_cannot_express_is_refused_by_name(string field, string value, string? named = null) =>
        AssertRefused($$"""{ {{Hi}}, "{{field}}":{{value}} }""", named ?? field);

    [Theory]
    [InlineData("""{"role":"system","content":"alone"}""", "messages")]
    [InlineData("""{"role":"user","name":"Ann","content":"x"}""", "messages[0].name")]
    [InlineData("""{"role":"user","content":[{"type":"input_audio","input_audio":{}}]}""", "messages[0].content[0].type")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://example.org/a.png"}}]}""", "messages[0].content[0].image_url.url")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/bmp;base64,QUJD"}}]}""", "messages[0].content[0].image_url.url")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://e.org/a.png","detail":"low"}}]}""", "messages[0].content[0].image_url.detail")]
    [InlineData("""{"role":"user","content":[{"type":"file","file":{"file_id":"file-1"}}]}""", "messages[0].content[0].file.file_id")]
    [InlineData("""{"role":"user","content":[{"type":"file","file":{"file_data":"data:application/zip;base64,QUJD"}}]}""", "messages[0].content[0].file.file_data")]
    [InlineData("""{"role":"assistant","content":"x","audio":{"id":"a"}}""", "messages[0].audio")]
    [InlineData("""{"role":"assistant","content":"x","prefix":true}""", "messages[0].prefix")]
    [InlineData("""{"role":"assistant","content":"x","images":[{"type":"image_url"}]}""", "messages[0].images")]
    [InlineData("""{"role":"user","content":"x","cache_control":{"type":"ephemeral"}}""", "messages[0].cache_control")]
    [InlineData("""{"role":"system","content":"x","weight":1}""", "messages[0].weight")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{"}}]}""", "messages[0].tool_calls[0].function.arguments")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":"[]"}}]}""", "messages[0].tool_calls[0].function.arguments")]
    [InlineData("""{"role":"assistant","tool_calls":[{"function":{"name":"f"}}]}""", "messages[0].tool_calls[0].id")]
    [InlineData("""{"role":"tool","content":"x"}""", "messages[0].tool_call_id")]
    public void Message_that_Claude_cannot_express_is_refused_by_name(string message, string named) =>
        AssertRefused($$"""{"messages":[{{message}}]}""", named);

    [Theory]
    [InlineData("temperature", "0.5")]
    [InlineData("top_k", "5")]
    [InlineData("top_p", "0.5")]
    [InlineData("tool_choice", "\"required\"")]
    public void Field_that_does_not_go_with_thinking_is_refused_by_name(string field, string value)
    {
        foreach (var model in new[] { "claude-sonnet-4-5", "claude-opus-4-6" })
        {
            var body = $$"""{ {{Hi}}, "{{field}}":{{value}} }""";

            var problem = Assert.Throws<ApiError>(() => ClaudeDriver.Prepared(ClaudeDriver.Call(ClaudeDriver.Anywhere, body, model, think: true)));

            Assert.Equal((400, field), (problem.Status, problem.Param));
            Assert.NotNull(ClaudeDriver.Prepared(ClaudeDriver.Call(ClaudeDriver.Anywhere, body, model)));
        }
    }

    [Theory]
    [InlineData(1023)]
    [InlineData(32_000)]
    public void Number_of_tokens_that_Claude_cannot_think_with_is_refused_by_name(int tokens)
    {
        var problem = Assert.Throws<ApiError>(() => ClaudeDriver.Prepared(ClaudeDriver.Call(ClaudeDriver.Anywhere, think: tokens)));

        Assert.Equal((400, "think"), (problem.Status, problem.Param));
        Assert.Equal($"think is {tokens}; claude-sonnet-4-5 accepts a number of tokens from 1024 and below max_tokens, which is 32000 here.", problem.Message);
    }

    [Fact]
    public void Limit_that_leaves_no_room_for_thinking_is_refused_by_name()
    {
        var problem = Assert.Throws<ApiError>(() => ClaudeDriver.Prepared(ClaudeDriver.Call(ClaudeDriver.Anywhere, maxTokens: 1024, think: true)));

        Assert.Equal((400, "max_tokens"), (problem.Status, problem.Param));
    }

    [Fact]
    public async Task Reply_with_blocks_of_its_own_goes_back_as_it_came()
    {
        await using var claude = await ClaudeDriver.StartAsync("server_tool.json");
        var reply = await claude.ChatAsync(ClaudeDriver.Call(claude.Config));
        var body = new JsonObject { ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Otters?" }, reply.Message, new JsonObject { ["role"] = "user", ["content"] = "More." }) };

        var sent = Sent(body.ToJsonString());

        AssertJson(JsonNode.Parse(ClaudeDriver.Fixture("server_tool.json"))!["content"]!.ToJsonString(), sent["messages"]![1]!["content"]!);
    }

    [Fact]
    public void Body_is_shared_and_stays_as_it_was()
    {
        var call = ClaudeDriver.Call(ClaudeDriver.Anywhere, $$"""{ {{Hi}}, "tools":[{"type":"function","function":{"name":"f","parameters":{} } }], "output_config":{}, "reasoning_effort":"low" }""", "claude-opus-4-6");
        var before = call.Body.ToJsonString();

        ClaudeDriver.Prepared(call);

        Assert.Equal(before, call.Body.ToJsonString());
    }

    private static JsonNode Sent(string body, bool stream = false, string model = "claude-sonnet-4-5") =>
        ClaudeDriver.Prepared(ClaudeDriver.Call(ClaudeDriver.Anywhere, body, model, stream: stream));

    private static void AssertSent(string body, string expected, bool stream = false) => AssertJson(expected, Sent(body, stream));

    private static void AssertRefused(string body, string named)
    {
        var problem = Assert.Throws<ApiError>(() => Sent(body));

        Assert.Equal((400, named), (problem.Status, problem.Param));
        Assert.StartsWith(named, problem.Message, StringComparison.Ordinal);
    }
}
