using System.Text.Json.Nodes;
using Lakehouse.Gateway.Errors;
using Lakehouse.Gateway.Keys;
using Lakehouse.Gateway.Tools;
using Lakehouse.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Lakehouse.Gateway.Tests.Tools;

public sealed class ToolOfferTests(TestPostgres postgres)
{
    private static readonly ToolCaller Reader = ToolCaller.Of(new Caller("bot", null, KeyScopes.Ordinary));
    private static readonly ToolRegistry Registry = new([TestTool.Echo(), TestTool.Echo("greet"), TestTool.Echo("wipe", ToolPermission.Admin)]);
    private static readonly JsonObject Own = JsonNode.Parse("""{"type":"function","function":{"name":"own","parameters":{"type":"object"}}}""")!.AsObject();

    [Fact]
    public void Star_is_every_tool_that_the_caller_may_call()
    {
        var offer = ToolOffer.Expand([Own.DeepClone(), "lakehouse:*", "lakehouse:echo"], Registry, Reader);

        Assert.Equal(["own", "lakehouse_echo", "lakehouse_greet"], offer.Tools.Select(tool => tool!["function"]!["name"]!.ToString()));
        Assert.Equal(["echo", "greet"], offer.ServerRun.Values.Order(StringComparer.Ordinal));
        Assert.Equal(["own"], offer.ClientRun);
        Assert.True(JsonNode.DeepEquals(Registry.Find("echo")!.Value.Tool.Parameters, offer.Tools[1]!["function"]!["parameters"]));
        Assert.All(offer.Tools, tool => Assert.Matches("^[a-zA-Z0-9_-]{1,64}$", tool!["function"]!["name"]!.ToString()));
    }

    [Fact]
    public void Request_without_ours_is_left_alone()
    {
        JsonArray tools = [Own.DeepClone(), JsonNode.Parse("""{"type":"custom","custom":{"name":"odd"}}""")];

        var offer = ToolOffer.Expand(tools, Registry, Reader);

        Assert.True(JsonNode.DeepEquals(tools, offer.Tools));
        Assert.Empty(offer.ServerRun);
        Assert.False(offer.Answers(Called("own")));
        Assert.False(offer.Answers(Called("lakehouse_echo")));
    }

    [Theory]
    [InlineData("""["lakehouse:nothing"]""", "tools[0]", 400)]
    [InlineData("""["weather"]""", "tools[0]", 400)]
    [InlineData("""[{"type":"function"},7]""", "tools[1]", 400)]
    [InlineData("""["lakehouse:echo",null]""", "tools[1]", 400)]
    [InlineData("""["lakehouse:wipe"]""", "tools[0]", 403)]
    [InlineData("""["lakehouse:echo",{"type":"function","function":{"name":"lakehouse_echo"}}]""", "tools", 400)]
    public void What_is_no_tool_is_refused_by_place(string tools, string param, int status)
    {
        var error = Assert.Throws<ApiError>(() => ToolOffer.Expand(JsonNode.Parse(tools)!.AsArray(), Registry, Reader));

        Assert.Equal((param, status), (error.Param, error.Status));
    }

    [Fact]
    public void Turn_goes_to_the_client_as_soon_as_one_call_is_the_clients()
    {
        var offer = ToolOffer.Expand([Own.DeepClone(), "lakehouse:echo"], Registry, Reader);

        Assert.True(offer.Answers(Called("lakehouse_echo")));
        Assert.True(offer.Answers(Called("lakehouse_echo", "made_up")));
        Assert.False(offer.Answers(Called("lakehouse_echo", "own")));
        Assert.False(offer.Answers([]));
        Assert.False(offer.Answers([JsonNode.Parse("""{"id":"1","type":"custom","custom":{"name":"odd","input":""}}""")]));
    }

    [Fact]
    public async Task Runner_answers_every_call_and_refuses_what_was_not_offered()
    {
        await using var gateway = await GatewayApp.StartAsync(postgres, "http://127.0.0.1:1");
        await using var app = gateway.With(TestTool.Echo());
        var offer = ToolOffer.Expand(["lakehouse:echo"], app.Services.GetRequiredService<ToolRegistry>(), Reader);
        var calls = Called("lakehouse_echo", "lakehouse_current_time", "lakehouse_echo", "lakehouse_echo", "lakehouse_echo", "lakehouse_echo", "lakehouse_echo");
        calls[0]!["function"]!["arguments"] = """{"text":"hi"}""";
        calls[2]!["function"]!["arguments"] = "{";
        calls[3]!["function"]!["arguments"] = """{"text":7}""";
        calls[4]!["function"]!["arguments"] = "";
        calls[5]!["function"]!["arguments"] = """{"text":"a","text":"b"}""";
        calls[6]!["function"]!["arguments"] = "{\"text\":\"half \\ud83d\"}";

        var messages = await app.Services.GetRequiredService<ToolRunner>().RunAsync(calls, offer, Reader, TestContext.Current.CancellationToken);

        Assert.Equal(["0", "1", "2", "3", "4", "5", "6"], messages.Select(message => message["tool_call_id"]!.ToString()));
        Assert.All(messages, message => Assert.Equal("tool", message["role"]!.ToString()));
        var contents = messages.Select(message => JsonNode.Parse(message["content"]!.ToString())!).ToList();
        Assert.Equal("""{"text":"hi"}""", contents[0].ToJsonString());
        Assert.Equal(["tool_not_offered", "invalid_request", "invalid_request"], contents[1..4].Select(content => content["error"]!["code"]!.ToString()));
        Assert.Contains("arguments.text", contents[3]["error"]!["message"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("{}", contents[4].ToJsonString());
        Assert.Equal(["invalid_request", "invalid_request"], contents[5..].Select(content => content["error"]!["code"]!.ToString()));
        using var bot = app.As(GatewayApp.BotKey);
        Assert.Equal(["invalid", "invalid", "ok", "invalid", "invalid", "denied", "ok"], (await bot.AuditAsync()).Select(call => call["verdict"]!.ToString()));
    }

    private static JsonArray Called(params string[] names) =>
        [.. names.Select((name, index) => new JsonObject { ["id"] = $"{index}", ["type"] = "function", ["function"] = new JsonObject { ["name"] = name, ["arguments"] = "{}" } })];
}
