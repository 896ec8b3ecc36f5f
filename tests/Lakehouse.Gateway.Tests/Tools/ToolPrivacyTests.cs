using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Keys;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Tools;

/// <summary>A key reads by tools what it may read itself, whichever way the tool is called.</summary>
public sealed class ToolPrivacyTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Virtual_key_gets_its_own_consumers_figures_and_is_refused_anothers()
    {
        await using var model = await OllamaStub.StartAsync((context, body) => body["messages"]!.AsArray().Count == 1 && body["tools"] is JsonArray
            ? OllamaStub.LinesAsync(context, new JsonObject
            {
                ["model"] = "scripted", ["done"] = true, ["done_reason"] = "stop", ["prompt_eval_count"] = 11, ["eval_count"] = 7,
                ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = "", ["tool_calls"] = new JsonArray(CallOf("usage_report", "{}"), CallOf("usage_report", Bots), CallOf("budget_status", Bots)) },
            }.ToJsonString())
            : OllamaStub.HelloAsync(context, body));
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: KeyCalls.Settings());
        using var chief = gateway.As(KeyCalls.OperatorKey);
        using var bot = gateway.As(GatewayApp.BotKey);
        using var ci = gateway.As((await chief.CreateAsync()).Text);
        using var spent = await bot.ChatAsync(Calls.Hello());
        await Eventually.GetAsync(() => chief.ResultAsync("usage_report", Bots), Requests(1), Cancelled);

        // over HTTP
        Assert.True(Requests(0)(await ci.ResultAsync("usage_report", """{"group_by":["consumer"]}""")));
        Assert.True(Requests(0)(await ci.ResultAsync("usage_report", """{"consumer":"ci"}""")));
        Assert.Equal("ci", (await ci.ResultAsync("budget_status"))["consumer"]!.ToString());
        foreach (var tool in new[] { "usage_report", "budget_status" })
        {
            using var foreign = await ci.CallToolAsync(tool, Bots);
            Assert.Equal("forbidden", await foreign.ErrorCodeAsync());
            Assert.StartsWith("forbidden: ", await McpAsync(ci, tool, Bots), StringComparison.Ordinal);
        }

        // over MCP
        Assert.True(Requests(0)(JsonNode.Parse(await McpAsync(ci, "usage_report", "{}"))!));

        // a model that asks for the key's owner
        var body = Calls.Hello();
        body["tools"] = new JsonArray("lakehouse:*");
        using var asked = await ci.ChatAsync(body);
        var told = JsonNode.Parse(model.Requests.Last().Body)!["messages"]!.AsArray().Where(message => message!["role"]!.ToString() == "tool").Select(message => JsonNode.Parse(message!["content"]!.ToString())!).ToList();
        Assert.Equal(3, told.Count);
        Assert.DoesNotContain("bot", told[0].ToJsonString(), StringComparison.Ordinal);
        Assert.All(told.Skip(1), refusal => Assert.Equal("forbidden", refusal["error"]!["code"]!.ToString()));
        Assert.Equal(6, (await ci.AuditAsync()).Count(call => call["verdict"]!.ToString() == "denied"));
    }

    private const string Bots = """{"consumer":"bot"}""";

    private static Func<JsonNode, bool> Requests(long count) => report => report["totals"]!["requests"]!.GetValue<long>() == count;

    private static JsonObject CallOf(string tool, string arguments) => new() { ["function"] = new JsonObject { ["name"] = $"lakehouse_{tool}", ["arguments"] = JsonNode.Parse(arguments) } };

    private static async Task<string> McpAsync(HttpClient client, string tool, string arguments)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp")
        {
            Content = JsonContent.Create(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = "tools/call", ["params"] = new JsonObject { ["name"] = tool, ["arguments"] = JsonNode.Parse(arguments) } }),
            Headers = { { "Accept", "application/json, text/event-stream" } },
        };
        using var response = await client.SendAsync(request, Cancelled);
        var data = (await response.Content.ReadAsStringAsync(Cancelled)).Split('\n').First(line => line.StartsWith("data: ", StringComparison.Ordinal));
        return JsonNode.Parse(data["data: ".Length..])!["result"]!["content"]![0]!["text"]!.ToString();
    }
}
