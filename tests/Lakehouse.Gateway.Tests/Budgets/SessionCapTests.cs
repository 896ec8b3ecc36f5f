using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Lakehouse.Testing;

namespace Lakehouse.Gateway.Tests.Budgets;

/// <summary>Caps of single sessions: the configuration's, the session's own, and nobody else's.</summary>
public sealed class SessionCapTests(TestPostgres postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cap_of_any_session_holds_for_one_without_a_budget_and_for_what_another_leaves_open()
    {
        await using var model = await OllamaStub.StartAsync();
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url, settings: new() { ["Budgets:Sessions:Calls"] = "1" });
        using var bot = gateway.As(GatewayApp.BotKey);

        foreach (var budget in new[] { "{}", """{"tokens":100000}""", """{"calls":5}""" })
        {
            var body = Calls.Hello();
            body["session_id"] = await SessionAsync(bot, budget);
            using var granted = await bot.ChatAsync(body.DeepClone().AsObject());
            using var denied = await bot.ChatAsync(body);

            Assert.Equal((budget, HttpStatusCode.OK), (budget, granted.StatusCode));
            Assert.Equal((budget, HttpStatusCode.TooManyRequests, "budget_exceeded"), (budget, denied.StatusCode, await denied.ErrorCodeAsync()));
            Assert.Equal($"session:{body["session_id"]}", Scope(denied));
        }

        Assert.Equal(3, model.Requests.Count);
    }

    [Fact]
    public async Task Embedding_spends_only_a_session_of_its_own_consumer_and_within_its_cap()
    {
        await using var model = await StubServer.StartAsync((context, _) => OllamaStub.LinesAsync(context, """{"model":"e","embeddings":[[0.5]],"prompt_eval_count":3}"""), Cancelled);
        await using var gateway = await GatewayApp.StartAsync(postgres, model.Url);
        using var bot = gateway.As(GatewayApp.BotKey);
        using var lab = gateway.As(GatewayApp.LabKey);
        var session = await SessionAsync(bot, """{"calls":1}""");

        using var foreign = await EmbedAsync(lab, session);
        using var unknown = await EmbedAsync(bot, "ses_0");
        using var granted = await EmbedAsync(bot, session);
        using var denied = await EmbedAsync(bot, session);

        Assert.Equal((HttpStatusCode.NotFound, "session_not_found"), (foreign.StatusCode, await foreign.ErrorCodeAsync()));
        Assert.Equal((HttpStatusCode.NotFound, "session_not_found"), (unknown.StatusCode, await unknown.ErrorCodeAsync()));
        Assert.Equal(HttpStatusCode.OK, granted.StatusCode);
        Assert.Equal((HttpStatusCode.TooManyRequests, $"session:{session}"), (denied.StatusCode, Scope(denied)));
        Assert.Single(model.Requests);
    }

    private static Task<HttpResponseMessage> EmbedAsync(HttpClient client, string session) =>
        client.PostAsJsonAsync("/v1/embeddings", new JsonObject { ["model"] = "ollama/e", ["input"] = "text", ["session_id"] = session }, Cancelled);

    private static async Task<string> SessionAsync(HttpClient client, string budget)
    {
        using var made = await client.PostAsJsonAsync("/v1/sessions", new JsonObject { ["budget"] = JsonNode.Parse(budget) }, Cancelled);
        return (await made.JsonAsync())["id"]!.ToString();
    }

    private static string Scope(HttpResponseMessage response) => response.Headers.GetValues("x-lakehouse-budget-scope").Single();
}
