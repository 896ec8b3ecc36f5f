using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Providers;
using Lakehouse.Testing;
using static Lakehouse.Gateway.Tests.Providers.Claude.ClaudeReplyTests;

namespace Lakehouse.Gateway.Tests.Chat;

/// <summary>What OpenAI and OpenRouter say of usage beyond our numbers comes through, with our numbers over it.</summary>
public sealed class UsageSaidTests(TestPostgres postgres)
{
    private const string Details = """
        "prompt_tokens_details":{"cached_tokens":4,"audio_tokens":3},"completion_tokens_details":{"reasoning_tokens":2,"audio_tokens":1,"accepted_prediction_tokens":5,"rejected_prediction_tokens":6}
        """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Details_of_OpenAI_are_kept(bool stream)
    {
        var usage = await UsageAsync("openai", "openai/gpt-4o", stream, $$"""{"prompt_tokens":20,"completion_tokens":9,"total_tokens":29,{{Details}}}""");

        usage.Remove("cost_nano_usd");
        AssertJson("""
            {"prompt_tokens":20,"completion_tokens":9,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":3,"cache_write_tokens":0},
             "completion_tokens_details":{"reasoning_tokens":2,"audio_tokens":1,"accepted_prediction_tokens":5,"rejected_prediction_tokens":6}}
            """, usage);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bill_of_OpenRouter_is_kept(bool stream)
    {
        var usage = await UsageAsync("openrouter", "openrouter/openai/gpt-5", stream, """
            {"prompt_tokens":10,"completion_tokens":2,"total_tokens":12,"cost":0.000015,"is_byok":true,"cost_details":{"upstream_inference_cost":0.0003}}
            """);

        AssertJson("""
            {"prompt_tokens":10,"completion_tokens":2,"total_tokens":12,"cost":0.000015,"is_byok":true,"cost_details":{"upstream_inference_cost":0.0003},"cost_nano_usd":315000}
            """, usage);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Three_numbers_are_our_own_object(bool stream)
    {
        var usage = await UsageAsync("openai", "openai/gpt-4o", stream, """{"prompt_tokens":20,"completion_tokens":9,"total_tokens":29,"prompt_tokens_details":null}""");

        Assert.Equal(["prompt_tokens", "completion_tokens", "total_tokens", "cost_nano_usd"], usage.Select(field => field.Key));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rounds_of_tools_add_up(bool stream)
    {
        var usage = await UsageAsync("openai", "openai/gpt-4o", stream, $$"""{"prompt_tokens":20,"completion_tokens":9,"total_tokens":29,{{Details}}}""", rounds: 2);

        Assert.Equal(40, usage["prompt_tokens"]!.GetValue<int>());
        AssertJson("""{"reasoning_tokens":4,"audio_tokens":2,"accepted_prediction_tokens":10,"rejected_prediction_tokens":12}""", usage["completion_tokens_details"]!);
    }

    private async Task<JsonObject> UsageAsync(string provider, string model, bool stream, string usage, int rounds = 1)
    {
        await using var vendor = await StubServer.StartAsync((context, body) => Replay.AnswerText(Reply(usage, stream, calls: rounds > 1 && !body.Contains("\"tool\"", StringComparison.Ordinal)), stream ? "stream.sse" : "reply.json")(context), Cancelled);
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1", settings: new()
        {
            [$"Providers:{provider}:base_url"] = vendor.Url, [$"Providers:{provider}:api_key"] = "key-of-the-vendor-0123456789",
        });
        using var client = gateway.As(GatewayApp.BotKey);
        var request = Calls.Hello(model, stream);
        request["stream_options"] = stream ? new JsonObject { ["include_usage"] = true } : null;
        if (rounds > 1)
        {
            request["tools"] = new JsonArray("lakehouse:current_time");
        }

        using var response = await client.ChatAsync(request);
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True(response.IsSuccessStatusCode, text);
        Assert.Equal(rounds, vendor.Requests.Count);
        return stream
            ? text.Split("data: ").Where(data => data.StartsWith('{')).Select(data => JsonNode.Parse(data)!["usage"]).OfType<JsonObject>().Single()
            : JsonNode.Parse(text)!["usage"]!.AsObject();
    }

    private static string Reply(string usage, bool stream, bool calls)
    {
        var said = calls ? """{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"lakehouse_current_time","arguments":"{}"}}]}""" : """{"role":"assistant","content":"Hi"}""";
        var finish = calls ? "tool_calls" : "stop";
        return stream
            ? $$"""
                data: {"model":"m","choices":[{"index":0,"delta":{{said}},"finish_reason":null}],"usage":null}

                data: {"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"{{finish}}"}],"usage":null}

                data: {"model":"m","choices":[],"usage":{{usage}}}

                data: [DONE]


                """
            : $$"""{"model":"m","choices":[{"index":0,"message":{{said}},"finish_reason":"{{finish}}"}],"usage":{{usage}}}""";
    }
}
