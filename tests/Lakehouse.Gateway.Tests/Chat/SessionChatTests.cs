using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Lakehouse.Gateway.Tests.Routing;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Chat;

public sealed class SessionChatTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Session_is_loaded_before_the_call_and_both_turns_are_stored_after_it(bool stream)
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(GatewayApp.BotKey);
        var session = await SessionAsync(client);

        await SayAsync(client, session, "first", stream);
        await SayAsync(client, session, "second", stream);

        var sent = JsonNode.Parse(model.Requests.Last().Body)!["messages"]!.AsArray();
        Assert.Equal(["user first", "assistant Hello", "user second"], sent.Select(message => $"{message!["role"]} {message["content"]}"));
        var stored = (await client.GetJsonAsync($"/v1/sessions/{session}"))["messages"]!.AsArray();
        Assert.Equal(["user first", "assistant Hello", "user second", "assistant Hello"], stored.Select(message => $"{message!["message"]!["role"]} {message["message"]!["content"]}"));
        var usage = await Eventually.GetAsync(() => client.GetJsonAsync("/v1/usage?group_by=session"), answer => answer["groups"]!.AsArray().Count == 1 && answer["totals"]!["requests"]!.GetValue<long>() == 2, Cancelled);
        Assert.Equal(session, usage["groups"]![0]!["key"]!["session"]!.ToString());
    }

    [Fact]
    public async Task Session_of_another_consumer_is_not_there_and_nothing_is_sent()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var bot = gateway.As(GatewayApp.BotKey);
        using var lab = gateway.As(GatewayApp.LabKey);
        var body = Calls.Hello();
        body["session_id"] = await SessionAsync(bot);

        using var response = await lab.ChatAsync(body);

        Assert.Equal((HttpStatusCode.NotFound, "session_not_found"), (response.StatusCode, await response.ErrorCodeAsync()));
        Assert.Empty(model.Requests);
    }

    [Fact]
    public async Task Budget_of_a_session_holds_for_its_chats()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var client = gateway.As(GatewayApp.BotKey);
        var session = await SessionAsync(client, new JsonObject { ["calls"] = 1 });

        await SayAsync(client, session, "first", stream: false);
        var body = Calls.Hello();
        body["session_id"] = session;
        using var denied = await client.ChatAsync(body);

        Assert.Equal((HttpStatusCode.TooManyRequests, "budget_exceeded"), (denied.StatusCode, await denied.ErrorCodeAsync()));
        Assert.Contains($"session:{session}", await denied.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Single(model.Requests);
    }

    [Fact]
    public async Task History_that_does_not_fit_the_window_is_left_out_and_the_reply_says_so()
    {
        await using var model = await OllamaStub.StartAsync();
        var providers = TestConfig.Providers($"""
            [ollama]
            kind = "ollama"
            base_url = "{model.Url}"
            paid = false
            [[ollama.models]]
            name = "small"
            input_nano_usd_per_token = 0
            output_nano_usd_per_token = 0
            source_url = "https://example.com"
            as_of = "2026-01-01"
            context_tokens = 500
            """);
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: new() { ["Providers:File"] = providers, ["Providers:ollama_cloud:base_url"] = null });
        using var client = gateway.As(GatewayApp.LabKey);
        var session = await SessionAsync(client);

        await SayAsync(client, session, new string('a', 900), stream: false, "small");
        using var response = await client.ChatAsync(Turn(session, new string('b', 900), false, "small"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith("dropped_messages=2; ", response.Header("x-lakehouse-left-out"), StringComparison.Ordinal);
        Assert.Single(JsonNode.Parse(model.Requests.Last().Body)!["messages"]!.AsArray());
        Assert.Equal(4, (await client.GetJsonAsync($"/v1/sessions/{session}"))["messages"]!.AsArray().Count);
    }

    private static async Task<string> SessionAsync(HttpClient client, JsonObject? budget = null)
    {
        using var made = await client.PostAsJsonAsync("/v1/sessions", budget is null ? [] : new JsonObject { ["budget"] = budget }, Cancelled);
        return (await made.JsonAsync())["id"]!.ToString();
    }

    private static async Task SayAsync(HttpClient client, string session, string text, bool stream, string model = "scripted")
    {
        using var response = await client.ChatAsync(Turn(session, text, stream, model));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await response.Content.ReadAsStringAsync(Cancelled);
    }

    private static JsonObject Turn(string session, string text, bool stream, string model)
    {
        var body = Calls.Hello(model, stream);
        (body["session_id"], body["messages"]![0]!["content"]) = (session, text);
        return body;
    }
}
