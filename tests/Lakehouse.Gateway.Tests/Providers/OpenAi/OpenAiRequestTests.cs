using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers;
using Lakehouse.Gateway.Providers.OpenAi;
using Lakehouse.Gateway.Providers.Upstream;
using static Lakehouse.Gateway.Tests.Providers.Claude.ClaudeReplyTests;

namespace Lakehouse.Gateway.Tests.Providers.OpenAi;

public sealed class OpenAiRequestTests : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler());

    [Fact]
    public void Body_passes_as_it_is_but_for_model_limit_and_stream()
    {
        var sent = Send("""
            {"model":"x","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://host/a.png","detail":"high"}}]}],"temperature":0.25,
             "max_tokens":9,"stream":true,"stream_options":{"include_obfuscation":false,"include_usage":false},"made_up":{"a":[1,null]},"user":null,"text":"Grüße < 😀"}
            """, stream: true);

        Assert.Equal("""
            {"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://host/a.png","detail":"high"}}]}],"temperature":0.25,"made_up":{"a":[1,null]},"user":null,"text":"Grüße < 😀","max_tokens":50,"stream":true,"stream_options":{"include_obfuscation":false,"include_usage":true}}
            """.Trim(), sent.Text.Replace("\\uD83D\\uDE00", "😀", StringComparison.Ordinal));
    }

    [Fact]
    public void Buffered_call_has_no_stream_fields()
    {
        var sent = Send("""{"messages":[],"stream":false,"stream_options":{"include_usage":true}}""");

        Assert.Equal("""{"model":"m","messages":[],"max_tokens":50}""", sent.Text);
    }

    [Theory]
    [InlineData("gpt-4o", "{}", "max_tokens")]
    [InlineData("gpt-4o", """{"max_tokens":7}""", "max_tokens")]
    [InlineData("gpt-4o", """{"max_completion_tokens":7,"max_tokens":8}""", "max_completion_tokens")]
    [InlineData("o3-mini", """{"max_tokens":7}""", "max_completion_tokens")]
    [InlineData("openai/gpt-5.1", "{}", "max_completion_tokens")]
    [InlineData("gpt-oss-120b", "{}", "max_tokens")]
    [InlineData("olmo-2", "{}", "max_tokens")]
    public void Limit_is_said_once_and_by_the_name_that_the_model_takes(string model, string body, string field)
    {
        var sent = Send(body, model: model).Json;

        Assert.Equal([field], sent.Select(sent => sent.Key).Where(name => name.StartsWith("max_", StringComparison.Ordinal)));
        Assert.Equal(50, sent[field]!.GetValue<int>());
    }

    [Theory]
    [InlineData("o3", "\"high\"", "{}", "high")]
    [InlineData("o3", "true", "{}", "medium")]
    [InlineData("gpt-5", "true", """{"reasoning_effort":"xhigh"}""", "xhigh")]
    [InlineData("gpt-5-mini", "false", "{}", "minimal")]
    [InlineData("gpt-5.2", "false", """{"reasoning_effort":"high"}""", "none")]
    [InlineData("qwen3", "false", "{}", "none")]
    [InlineData("qwen3", "\"low\"", """{"reasoning_effort":"high"}""", "low")]
    [InlineData("gpt-5", "3000", """{"reasoning_effort":"high"}""", "medium")]
    [InlineData("gpt-4o", "false", "{}", null)]
    [InlineData("gpt-35-turbo", "false", "{}", null)]
    [InlineData("gpt-5", null, """{"reasoning_effort":"minimal"}""", "minimal")]
    [InlineData("gpt-5", null, "{}", null)]
    public void Think_becomes_the_effort(string model, string? think, string body, string? effort) =>
        Assert.Equal(effort, Send(body, model: model, think: think).Json["reasoning_effort"]?.ToString());

    [Theory]
    [InlineData("o4-mini", "false")]
    [InlineData("ft:gpt-4o:org", "true")]
    [InlineData("gpt-5-chat-latest", "\"low\"")]
    public void Think_that_a_model_cannot_do_is_refused(string model, string think)
    {
        var refused = Assert.Throws<ApiError>(() => Send("{}", model: model, think: think));

        Assert.Equal("think", refused.Param);
        Assert.StartsWith($"think is {think}; {model} ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenAI_itself_does_not_get_other_vendors_reasoning()
    {
        const string body = """
            {"messages":[{"role":"user","content":"x","reasoning_content":"mine"},
              {"role":"assistant","content":"y","reasoning_content":"hm","reasoning_details":[{}],"reasoning":"hm","tool_calls":[{"id":"c","extra_content":{"google":{}}},{"id":"d"}]}]}
            """;

        var openAi = Send(body, host: "https://api.openai.com/v1").Json["messages"]!;
        var other = Send(body).Json["messages"]!;

        Assert.Equal("""{"role":"assistant","content":"y","tool_calls":[{"id":"c"},{"id":"d"}]}""", openAi[1]!.ToJsonString());
        Assert.Equal("mine", openAi[0]!["reasoning_content"]!.ToString());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(body)!["messages"], other));
    }

    [Fact]
    public void OpenAI_itself_does_not_get_marks_for_a_cache_or_Claudes_blocks()
    {
        const string body = """
            {"cache_control":{"type":"ephemeral"},
             "messages":[{"role":"system","content":[{"type":"text","text":"s","cache_control":{"type":"ephemeral"}}]},
               {"role":"assistant","content":"y","anthropic_content":[{"type":"text","text":"y"}],"tool_calls":[{"id":"c","cache_control":{"type":"ephemeral"}}]},
               {"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"7","cache_control":{"type":"ephemeral"}}],"cache_control":{"type":"ephemeral"},"is_error":true}],
             "tools":[{"type":"function","function":{"name":"f","parameters":{"properties":{"cache_control":{}}}},"cache_control":{"type":"ephemeral"},"eager_input_streaming":true}]}
            """;

        var openAi = Send(body, host: "https://api.openai.com/v1").Json;
        var other = Send(body).Json;

        AssertJson("""
            [{"role":"system","content":[{"type":"text","text":"s"}]},{"role":"assistant","content":"y","tool_calls":[{"id":"c"}]},
             {"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"Error: the tool failed.\n"},{"type":"text","text":"7"}]}]
            """, openAi["messages"]!);
        AssertJson("""[{"type":"function","function":{"name":"f","parameters":{"properties":{"cache_control":{}}}}}]""", openAi["tools"]!);
        Assert.False(openAi.ContainsKey("cache_control"));
        Assert.Equal(6, other.ToJsonString().Split("ephemeral").Length - 1);
        Assert.True(other["messages"]![1]!.AsObject().ContainsKey("anthropic_content"));
    }

    [Theory]
    [InlineData("https://api.openai.com/v1", false)]
    [InlineData("http://localhost/v1", false)]
    [InlineData("http://localhost/v1", true)]
    public void Failure_of_a_tool_is_told_in_its_text(string host, bool openRouter)
    {
        var sent = Send("""
            {"messages":[{"role":"tool","tool_call_id":"a","content":"no such file","is_error":true},{"role":"tool","tool_call_id":"b","content":"7","is_error":false},
              {"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"no"}],"is_error":true},{"role":"tool","tool_call_id":"d","content":"","is_error":true}]}
            """, host: host, openRouter: openRouter).Json["messages"]!;

        Assert.Equal([
            """{"role":"tool","tool_call_id":"a","content":"Error: the tool failed.\nno such file"}""",
            """{"role":"tool","tool_call_id":"b","content":"7"}""",
            """{"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"Error: the tool failed.\n"},{"type":"text","text":"no"}]}""",
            """{"role":"tool","tool_call_id":"d","content":"Error: the tool failed.\n"}""",
        ], sent.AsArray().Select(message => message!.ToJsonString()));
        Assert.Equal("messages[0].is_error", Assert.Throws<ApiError>(() => Send("""{"messages":[{"role":"tool","content":"x","is_error":"yes"}]}""", host: host, openRouter: openRouter)).Param);
    }

    [Theory]
    [InlineData("\"low\"", """{"reasoning":{"max_tokens":9,"exclude":true},"reasoning_effort":"high"}""", """{"exclude":true,"effort":"low"}""", null)]
    [InlineData("10000", """{"reasoning":{"effort":"low","exclude":true}}""", """{"exclude":true,"max_tokens":10000}""", null)]
    [InlineData("true", "{}", """{"enabled":true}""", null)]
    [InlineData("false", """{"reasoning_effort":"high"}""", """{"enabled":false}""", null)]
    [InlineData("true", """{"reasoning":{"effort":"high"}}""", """{"effort":"high"}""", null)]
    [InlineData("true", """{"reasoning_effort":"high"}""", null, "high")]
    [InlineData("true", """{"reasoning":{"effort":"none"}}""", """{"enabled":true}""", null)]
    [InlineData(null, """{"reasoning":{"max_tokens":9}}""", """{"max_tokens":9}""", null)]
    public void Think_becomes_OpenRouters_reasoning(string? think, string body, string? reasoning, string? effort)
    {
        var sent = Send(body, think: think, openRouter: true).Json;

        Assert.Equal(reasoning, sent["reasoning"]?.ToJsonString());
        Assert.Equal(effort, sent["reasoning_effort"]?.ToString());
    }

    [Fact]
    public void OpenRouter_gets_its_preferences_and_is_asked_for_the_bill()
    {
        var sent = Send("""
            {"provider":{"order":["together"],"allow_fallbacks":false},"usage":{"include":false},"transforms":["middle-out"],
             "messages":[{"role":"assistant","content":"y","reasoning_content":"hm","reasoning_details":[{"type":"reasoning.text","signature":"s"}]}]}
            """, openRouter: true).Json;

        Assert.Equal("""{"order":["together"],"allow_fallbacks":false}""", sent["provider"]!.ToJsonString());
        Assert.Equal("""{"include":true}""", sent["usage"]!.ToJsonString());
        Assert.Equal("""["middle-out"]""", sent["transforms"]!.ToJsonString());
        Assert.Equal("""{"role":"assistant","content":"y","reasoning":"hm","reasoning_details":[{"type":"reasoning.text","signature":"s"}]}""", sent["messages"]![0]!.ToJsonString());
    }

    public void Dispose() => _http.Dispose();

    private (string Text, JsonObject Json) Send(string body, bool stream = false, string model = "m", string? think = null, string host = "http://localhost/v1", bool openRouter = false)
    {
        var upstream = new UpstreamClient(_http);
        IModelProvider adapter = openRouter ? new OpenRouterProvider(upstream) : new OpenAiProvider(upstream);
        var provider = new ProviderConfig("vendor", adapter.Kind, new Uri(host), Paid: true, null, null, FrozenDictionary<string, ModelConfig>.Empty);
        var request = adapter.Prepare(new(provider, model, ProviderDriver.Json(body), 50, stream, think is null ? null : JsonNode.Parse(think)));
        var text = System.Text.Encoding.UTF8.GetString(request.Body);
        return (text, ProviderDriver.Json(text));
    }
}
