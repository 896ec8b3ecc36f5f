using System.Text.Json.Nodes;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Providers;

public sealed class OllamaMappingTests(TestPostgres postgres)
{
    [Fact]
    public async Task Tools_images_and_schemas_travel_both_ways()
    {
        await using var model = await OllamaStub.StartAsync((context, _) => OllamaStub.LinesAsync(context, """
            {"model":"m","message":{"role":"assistant","content":"","thinking":"hm","tool_calls":[{"function":{"name":"sum","arguments":{"a":1}}},{"function":{"name":"sum","arguments":{"a":2}}}]},"done":true,"done_reason":"stop","prompt_eval_count":3,"eval_count":4}
            """));
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(null);
        var body = JsonNode.Parse("""
            {"model":"m","max_tokens":10,"tool_choice":"auto","tools":[{"type":"function","function":{"name":"sum","parameters":{}}}],
             "response_format":{"type":"json_schema","json_schema":{"schema":{"type":"object"}}},
             "messages":[{"role":"developer","content":"be brief"},
               {"role":"user","content":[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"}}]},
               {"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"sum","arguments":"{\"a\":1}"}}]},
               {"role":"tool","tool_call_id":"call_1","content":"1"}]}
            """)!.AsObject();

        using var response = await client.ChatAsync(body);

        var sent = JsonNode.Parse(model.Requests.Single().Body)!;
        Assert.Equal(["system", "user", "assistant", "tool"], sent["messages"]!.AsArray().Select(message => message!["role"]!.ToString()));
        Assert.Equal("QUJD", sent["messages"]![1]!["images"]![0]!.ToString());
        Assert.Equal(1, sent["messages"]![2]!["tool_calls"]![0]!["function"]!["arguments"]!["a"]!.GetValue<int>());
        Assert.Equal("sum", sent["messages"]![3]!["tool_name"]!.ToString());
        Assert.Equal("object", sent["format"]!["type"]!.ToString());
        var choice = (await response.JsonAsync())["choices"]![0]!;
        Assert.Equal("tool_calls", choice["finish_reason"]!.ToString());
        Assert.Equal("hm", choice["message"]!["reasoning_content"]!.ToString());
        Assert.Equal(["{\"a\":1}", "{\"a\":2}"], choice["message"]!["tool_calls"]!.AsArray().Select(call => call!["function"]!["arguments"]!.ToString()));
        Assert.Equal(2, choice["message"]!["tool_calls"]!.AsArray().Select(call => call!["id"]!.ToString()).Distinct().Count());
    }

    [Theory]
    [InlineData("qwen3:480b-cloud", null)]
    [InlineData("gpt-oss:cloud", "ollama")]
    public async Task Cloud_model_through_the_local_provider_is_refused(string name, string? provider)
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(null);
        var body = Calls.Hello(name);
        body["provider"] = provider;

        using var response = await client.ChatAsync(body);

        Assert.Equal("cloud_through_local", await response.ErrorCodeAsync());
        Assert.Empty(model.Requests);
    }
}
