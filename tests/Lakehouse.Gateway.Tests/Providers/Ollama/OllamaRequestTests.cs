using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Providers.Ollama;
using Lakehouse.Gateway.Providers.Upstream;
using Lakehouse.Gateway.Tests.Providers.Claude;

namespace Lakehouse.Gateway.Tests.Providers.Ollama;

public sealed class OllamaRequestTests
{
    [Fact]
    public async Task Request_says_everything_that_Ollama_can()
    {
        await using var driver = await DriveAsync("whole.json");

        await driver.ChatAsync("""
            {"temperature":0.5,"stop":"END","keep_alive":"5m","modalities":["text"],"parallel_tool_calls":true,"logit_bias":{},"reasoning_effort":"minimal",
             "messages":[{"role":"developer","content":"brief"},
               {"role":"user","content":[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD","detail":"auto"}}]},
               {"role":"assistant","content":null,"refusal":null,"reasoning_content":"hm","tool_calls":[{"id":"call_1","type":"function","function":{"name":"sum","arguments":"{\"a\":1}"}}]},
               {"role":"tool","tool_call_id":"call_1","content":"1"},
               {"role":"assistant","content":null,"refusal":"I cannot.","tool_calls":[]}]}
            """);

        Assert.Equal("""{"temperature":0.5,"stop":["END"],"num_predict":50}""", driver.Sent["options"]!.ToJsonString());
        Assert.Equal(("5m", "low"), (driver.Sent["keep_alive"]!.ToString(), driver.Sent["think"]!.ToString()));
        Assert.Equal([
            """{"role":"system","content":"brief"}""",
            """{"role":"user","content":"see","images":["QUJD"]}""",
            """{"role":"assistant","content":"","thinking":"hm","tool_calls":[{"id":"call_1","function":{"index":0,"name":"sum","arguments":{"a":1}}}]}""",
            """{"role":"tool","content":"1","tool_call_id":"call_1","tool_name":"sum"}""",
            """{"role":"assistant","content":"I cannot.","tool_calls":[]}""",
        ], driver.Sent["messages"]!.AsArray().Select(message => message!.ToJsonString()));
    }

    [Theory]
    [InlineData("true", "Error: the tool failed.\nno such file")]
    [InlineData("false", "no such file")]
    public async Task Failure_of_a_tool_is_told_in_its_text(string failed, string content)
    {
        await using var driver = await DriveAsync("whole.json");

        await driver.ChatAsync($$$"""
            {"messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"read","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"call_1","content":"no such file","is_error":{{{failed}}}}]}
            """);

        ClaudeReplyTests.AssertJson(new JsonObject { ["role"] = "tool", ["content"] = content, ["tool_call_id"] = "call_1", ["tool_name"] = "read" }.ToJsonString(), driver.Sent["messages"]![1]!);
    }

    [Theory]
    [InlineData("text", "\"x\"")]
    [InlineData("image_url", """{"url":"data:image/png;base64,QUJD"}""")]
    public async Task Field_beside_a_parts_content_is_refused_by_its_name_unless_it_marks_a_cache(string type, string content)
    {
        await using var driver = await DriveAsync("whole.json");

        await driver.ChatAsync($$$"""{"messages":[{"role":"user","content":[{"type":"{{{type}}}","{{{type}}}":{{{content}}},"cache_control":{"type":"ephemeral"},"citations":null}]}]}""");
        var problem = await Assert.ThrowsAsync<ApiError>(() => driver.ChatAsync($$$"""{"messages":[{"role":"user","content":[{"type":"{{{type}}}","{{{type}}}":{{{content}}},"mood":1}]}]}"""));

        Assert.Equal((400, "messages[0].content[0].mood"), (problem.Status, problem.Param));
        Assert.Equal(1, driver.Requests);
    }

    [Theory]
    [InlineData("""{"reasoning_effort":"none"}""", null, "false")]
    [InlineData("""{"reasoning_effort":"high"}""", null, "\"high\"")]
    [InlineData("""{"reasoning_effort":"high"}""", "false", "false")]
    [InlineData("{}", "\"low\"", "\"low\"")]
    [InlineData("{}", "2047", "\"low\"")]
    [InlineData("{}", null, null)]
    public async Task Think_is_what_was_asked(string body, string? think, string? sent)
    {
        await using var driver = await DriveAsync("whole.json");
        var asked = ProviderDriver.Json(body);
        asked["messages"] = ProviderDriver.Hello()["messages"]!.DeepClone();

        await driver.ChatAsync(driver.Call(asked, think: think is null ? null : JsonNode.Parse(think)));

        Assert.Equal(sent, driver.Sent["think"]?.ToJsonString());
    }

    [Theory]
    [InlineData("""{"tool_choice":"required"}""", "tool_choice")]
    [InlineData("""{"tool_choice":{"type":"function","function":{"name":"sum"}}}""", "tool_choice")]
    [InlineData("""{"parallel_tool_calls":false}""", "parallel_tool_calls")]
    [InlineData("""{"modalities":["text","audio"]}""", "modalities")]
    [InlineData("""{"logit_bias":{"1":2}}""", "logit_bias")]
    [InlineData("""{"verbosity":"low"}""", "verbosity")]
    [InlineData("""{"provider":{"order":["together"]}}""", "provider")]
    [InlineData("""{"reasoning_effort":"xhigh"}""", "reasoning_effort")]
    [InlineData("""{"reasoning":{"effort":"high"}}""", "reasoning")]
    [InlineData("""{"thinking":{"type":"enabled","budget_tokens":2000}}""", "thinking")]
    [InlineData("""{"output_config":{"task_budget":{"total":9}}}""", "output_config")]
    [InlineData("""{"extra_body":{"google":{"safety_settings":[]}}}""", "extra_body")]
    [InlineData("""{"plugins":[{"id":"web"}]}""", "plugins")]
    [InlineData("""{"repetition_penalty":1.1}""", "repetition_penalty")]
    [InlineData("""{"response_format":"json"}""", "response_format")]
    [InlineData("""{"response_format":{"type":"json_schema","json_schema":1}}""", "response_format.json_schema.schema")]
    [InlineData("""{"tools":[{"type":"custom","custom":{"name":"x"}}]}""", "tools[0].type")]
    [InlineData("""{"messages":[{"role":"user","name":"Ann","content":"x"}]}""", "messages[0].name")]
    [InlineData("""{"messages":[{"role":"user","is_error":true,"content":"x"}]}""", "messages[0].is_error")]
    [InlineData("""{"messages":[{"role":"tool","tool_call_id":"a","name":"f","is_error":"yes","content":"x"}]}""", "messages[0].is_error")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"input_audio"}]}]}""", "messages[0].content[0].type")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://host/a.png"}}]}]}""", "messages[0].content[0].image_url.url")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD","detail":"low"}}]}]}""", "messages[0].content[0].image_url.detail")]
    [InlineData("""{"messages":[{"role":"assistant","content":null,"tool_calls":["x"]}]}""", "messages[0].tool_calls[0].function.name")]
    public async Task What_Ollama_cannot_say_is_refused_by_name(string body, string field)
    {
        await using var driver = await DriveAsync("whole.json");
        var asked = ProviderDriver.Json(body);
        asked.TryAdd("messages", ProviderDriver.Hello()["messages"]!.DeepClone());

        Assert.Equal(field, Assert.Throws<ApiError>(() => driver.Adapter.Prepare(driver.Call(asked))).Param);
        Assert.Equal(0, driver.Requests);
    }

    private static OllamaProvider Adapt(UpstreamClient upstream) => new(upstream);

    private static Task<ProviderDriver> DriveAsync(string file) => ProviderDriver.StartAsync(Adapt, Replay.Answer($"ollama/{file}"));
}
