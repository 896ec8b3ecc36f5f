using System.Net;
using System.Text.Json.Nodes;
using Lakehouse.Testing;
using Microsoft.AspNetCore.Http;

namespace Lakehouse.Gateway.Tests.Chat;

public sealed class ToolLoopTests(TestPostgres postgres)
{
    private const string Called = """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"lakehouse_current_time","arguments":"{}"}}]}}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}""";

    private const string Said = """{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"done"}}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Gateway_runs_its_own_tool_and_the_model_answers_with_the_result(bool stream)
    {
        await using var model = await OllamaStub.StartAsync(Calling("lakehouse_current_time"));
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(GatewayApp.BotKey);

        using var response = await client.ChatAsync(Asking("lakehouse:*", stream));

        var text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("done", text, StringComparison.Ordinal);
        Assert.DoesNotContain("tool_calls", text, StringComparison.Ordinal);
        Assert.Equal(2, model.Requests.Count);
        var second = JsonNode.Parse(model.Requests.Last().Body)!["messages"]!.AsArray();
        Assert.Equal(["user", "assistant", "tool"], second.Select(message => message!["role"]!.ToString()));
        Assert.Contains("utc", second[2]!["content"]!.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2, (await client.GetJsonAsync("/v1/budgets/bot"))["used"]!["calls"]!.GetValue<long>());
        var audit = await client.GetJsonAsync("/v1/tools/audit");
        Assert.Equal(("current_time", "ok"), (audit["data"]![0]!["tool"]!.ToString(), audit["data"]![0]!["verdict"]!.ToString()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_of_the_clients_own_tool_ends_the_loop(bool stream)
    {
        await using var model = await OllamaStub.StartAsync(Calling("own"));
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(GatewayApp.BotKey);
        var body = Asking("lakehouse:current_time", stream);
        body["tools"]!.AsArray().Add(JsonNode.Parse("""{"type":"function","function":{"name":"own","parameters":{"type":"object"}}}"""));

        using var response = await client.ChatAsync(body);

        var text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.Contains("\"name\":\"own\"", text, StringComparison.Ordinal);
        Assert.Contains("\"finish_reason\":\"tool_calls\"", text, StringComparison.Ordinal);
        Assert.Single(model.Requests);
    }

    [Fact]
    public async Task Model_that_calls_tools_for_ever_has_to_answer_in_the_last_round()
    {
        await using var model = await OllamaStub.StartAsync((context, body) => body["tools"] is null ? OllamaStub.LinesAsync(context, OllamaStub.Whole("enough")) : OllamaStub.LinesAsync(context, CallOf("lakehouse_current_time")));
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(GatewayApp.BotKey);

        using var response = await client.ChatAsync(Asking("lakehouse:current_time", stream: false));

        Assert.Equal("enough", (await response.JsonAsync())["choices"]![0]!["message"]!["content"]!.ToString());
        Assert.Equal(8, model.Requests.Count);
    }

    [Fact]
    public async Task Budget_that_ends_in_mid_loop_ends_the_chat_with_its_error()
    {
        await using var model = await OllamaStub.StartAsync(Calling("lakehouse_current_time"));
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: new() { ["Budgets:Consumers:bot:Calls"] = "1" });
        using var client = gateway.As(GatewayApp.BotKey);

        using var response = await client.ChatAsync(Asking("lakehouse:*", stream: false));

        Assert.Equal((HttpStatusCode.TooManyRequests, "budget_exceeded"), (response.StatusCode, await response.ErrorCodeAsync()));
        Assert.Single(model.Requests);
    }

    [Theory]
    [InlineData("\"required\"", "\"auto\"")]
    [InlineData("""{"type":"function","function":{"name":"lakehouse_current_time"}}""", "\"auto\"")]
    [InlineData("""{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[]}}""", """{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[]}}""")]
    public async Task Call_that_the_caller_forced_is_not_forced_again_in_the_next_round(string asked, string then)
    {
        await using var model = await StubServer.StartAsync((context, body) => context.Response.WriteAsync(JsonNode.Parse(body)!["tool_choice"]!.ToJsonString() == asked ? Called : Said, Cancelled), Cancelled);
        var providers = TestConfig.Providers($"[lab]\nkind = \"openai\"\nbase_url = \"{model.Url}\"\npaid = false\n");
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: new() { ["Providers:File"] = providers, ["Routing:File"] = TestConfig.Routing("") });
        using var client = gateway.As(GatewayApp.BotKey);
        var body = Asking("lakehouse:current_time", stream: false);
        (body["model"], body["tool_choice"]) = ("lab/m", JsonNode.Parse(asked));

        using var response = await client.ChatAsync(body);

        Assert.Equal("done", (await response.JsonAsync())["choices"]![0]!["message"]!["content"]!.ToString());
        Assert.Equal([asked, then], model.Requests.Select(request => JsonNode.Parse(request.Body)!["tool_choice"]!.ToJsonString()));
    }

    private static JsonObject Asking(string tools, bool stream)
    {
        var body = Calls.Hello(stream: stream);
        body["tools"] = new JsonArray(tools);
        return body;
    }

    private static Func<HttpContext, JsonNode, Task> Calling(string tool) => (context, body) =>
        body["messages"]!.AsArray().Any(message => message!["role"]!.ToString() == "tool")
            ? OllamaStub.LinesAsync(context, OllamaStub.Whole("done"))
            : OllamaStub.LinesAsync(context, CallOf(tool));

    private static string CallOf(string tool) => new JsonObject
    {
        ["model"] = "scripted", ["done"] = true, ["done_reason"] = "stop", ["prompt_eval_count"] = 3, ["eval_count"] = 4,
        ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = "", ["tool_calls"] = new JsonArray(new JsonObject { ["function"] = new JsonObject { ["name"] = tool, ["arguments"] = new JsonObject() } }) },
    }.ToJsonString();
}
